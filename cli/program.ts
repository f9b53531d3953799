import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import { type Cli, NAME, withExamples } from './cli.ts';
import { addAbort, addPause, addResume, addRetry } from './commands/acts.ts';
import { addAudit } from './commands/audit.ts';
import { addCompletion } from './commands/completion.ts';
import { addContext } from './commands/context.ts';
import { addExplain } from './commands/explain.ts';
import { addHistory } from './commands/history.ts';
import { addNodes } from './commands/nodes.ts';
import { addPlan } from './commands/plan.ts';
import { addPublish } from './commands/publish.ts';
import { addRollout } from './commands/rollout.ts';
import { addStart } from './commands/start.ts';
import { addStatus } from './commands/status.ts';
import { EXIT_CODES } from './exit-codes.ts';

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));

/** The whole command line: what is to be seen, what can be asked for, and what explains both. */
export function program(cli: Cli): Command {
  const { terminal } = cli;
  const command = new Command(NAME)
    .description(
      'Takes Gardener shoots on Google Cloud from IPv4 to dual-stack: see how that stands, and steer it.',
    )
    .version(version, '--version')
    .option('--context <name>', 'a context of the file, or local: the world of npm start -- --serve')
    .option('--status-url <address>', 'the function status; locally that of operate, too')
    .option('--operate-url <address>', 'the function operate, where it has another address')
    .option('--gcp-project <id>', 'Firestore and Pub/Sub of this project instead of the functions')
    .option('--config <file>', 'where contexts are kept')
    .configureHelp({ showGlobalOptions: true, helpWidth: Math.min(terminal.size()?.columns ?? 100, 110) })
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.say(text),
      getOutHasColors: () => terminal.colours,
      getErrHasColors: () => terminal.colours,
    })
    .showHelpAfterError(`(${NAME} --help says more)`)
    .exitOverride();
  for (const add of [
    addStatus,
    addPlan,
    addStart,
    addNodes,
    addHistory,
    addExplain,
    addPause,
    addResume,
    addAbort,
    addRetry,
    addPublish,
    addRollout,
    addAudit,
    addContext,
    addCompletion,
  ]) {
    add(command, cli);
  }
  // Of the list of commands the first sentence is enough.
  for (const each of command.commands) each.summary(each.description().split(/[:.;(]/)[0] ?? '');
  const codes = Object.entries(EXIT_CODES).map(
    ([name, code]) => `${code} ${name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`,
  );
  command.addHelpText('after', `\nExit codes: ${codes.join(', ')} (docs/cli.md)`);
  return withExamples(command, [
    { line: 'status', does: 'all shoots, those that need you first' },
    { line: 'status garden-core/api --watch', does: 'one shoot, until it is done' },
    { line: 'explain PreflightBlocked', does: 'what a reason means, and what to do about it' },
  ]);
}
