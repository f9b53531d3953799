import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { fieldErrors } from '../../shared/edge/http/problem.ts';
import { rolloutOrderSchema } from '../../shared/fleet/index.ts';
import { type Cli, lookOf, outputOption, withExamples, withOperations } from '../cli.ts';
import { consent } from '../consent.ts';
import { CommandError } from '../exit-codes.ts';
import type { Act } from '../operations/operations.ts';
import type { Format } from '../output/formats.ts';
import { rolloutText } from '../output/rollout.ts';
import { show } from '../output/show.ts';
import { numberBetween } from './numbers.ts';
import { type ActFormat, actOutput, tellSent } from './sent.ts';

interface PolicyOptions {
  readonly file?: string;
  readonly canary?: readonly string[];
  readonly atOnce?: number;
  readonly perProject?: number;
  readonly perNamespace?: number;
  readonly perSeed?: number;
  readonly stopAfterBlocked?: number;
  readonly resumePerMinute?: number;
  readonly yes?: boolean;
  readonly output: ActFormat;
}

export function addRollout(program: Command, cli: Cli): void {
  const rollout = program
    .command('rollout')
    .description('Which shoots are let in, how many at once, canaries first (docs/fleets.md).');
  withExamples(
    rollout
      .command('show', { isDefault: true })
      .description(
        'The policy, who is under way, who is next and why not yet. Ends with 4 where it has stopped.',
      )
      .addOption(outputOption())
      .action(({ output }: { output: Format }, self: Command) =>
        withOperations(cli, self, async (operations) => {
          const view = await operations.rollout();
          show(cli.terminal, output, view, (seen) => rolloutText(seen, lookOf(cli, output)));
          if (view.state === 'stopped' || view.state === 'damaged') cli.ending = 'blocked';
        }),
      ),
    [{ line: 'rollout show', does: 'who is under way, and who is next' }],
  );
  addSet(rollout, cli);
  addOrder(
    rollout,
    cli,
    'go-on',
    { goOn: true },
    'Goes on after a stop, and accepts what it was stopped for. Asks first.',
  );
  addOrder(rollout, cli, 'stop', { stop: true }, 'Lets nothing more in; what was let in goes on.');
  addOrder(
    rollout,
    cli,
    'off',
    { off: true },
    'Ends it: all that wait go on by themselves, at once. Asks first.',
  );
}

function addSet(rollout: Command, cli: Cli): void {
  const count = numberBetween(1, 1_000);
  const set = rollout
    .command('set')
    .description('Sets the policy, in the place of the one that there is.')
    .option('-f, --file <policy>', 'the policy in YAML or JSON, - for standard input; flags go before it')
    .option('--at-once <number>', 'migrations under way at once', count)
    .option(
      '--canary <shoot...>',
      'namespace/name; all of them have to be dual-stack before any other is let in',
    )
    .option('--per-project <number>', 'of them in one GCP project', count)
    .option('--per-namespace <number>', 'of them in one namespace of the garden', count)
    .option('--per-seed <number>', 'of them with their control planes on one seed', count)
    .option('--stop-after-blocked <number>', 'stop when so many are blocked', count)
    .option('--resume-per-minute <number>', 'how many go on each minute after everything was paused', count)
    .addOption(actOutput())
    .action(async ({ file, canary, output, ...flags }: PolicyOptions, self: Command) => {
      const policy = {
        ...(file !== undefined && (await policyIn(cli, file))),
        ...flags,
        ...(canary && { canaries: canary }),
      };
      const read = rolloutOrderSchema.safeParse({ set: policy });
      if (!read.success) {
        const problems = fieldErrors(read.error).map(
          ({ field, expected }) => `${field.replace(/^set\./, '')}: ${expected}`,
        );
        throw new CommandError('usage', `That is no policy: ${problems.join('; ')}.`);
      }
      const order =
        read.data.kind === 'set'
          ? { set: { ...read.data.policy, canaries: [...read.data.policy.canaries] } }
          : {};
      await send(cli, self, { act: { kind: 'rollout', order }, what: 'rollout set', output });
    });
  withExamples(set, [
    {
      line: 'rollout set --at-once 10 --per-seed 4 --canary garden-core/api',
      does: 'one shoot first, then ten at a time',
    },
  ]);
}

function addOrder(
  rollout: Command,
  cli: Cli,
  name: 'go-on' | 'stop' | 'off',
  order: Extract<Act, { kind: 'rollout' }>['order'],
  what: string,
): void {
  const command = rollout.command(name).description(what).addOption(actOutput());
  if (name !== 'stop') command.option('-y, --yes', 'without asking');
  command.action(async ({ output, yes = false }: { output: ActFormat; yes?: boolean }, self: Command) => {
    const question =
      name === 'off'
        ? 'End the rollout? All that wait go on at once.'
        : 'Go on with the rollout, and accept what it was stopped for?';
    if (name !== 'stop') await consent(cli.terminal, question, yes);
    await send(cli, self, { act: { kind: 'rollout', order }, what: `rollout ${name}`, output });
  });
  withExamples(command, [
    { line: `rollout ${name}${name === 'stop' ? '' : ' --yes'}`, does: what.split(/[;:.]/)[0] ?? '' },
  ]);
}

async function send(
  cli: Cli,
  self: Command,
  asked: { readonly act: Act; readonly what: string; readonly output: ActFormat },
) {
  await withOperations(cli, self, async (operations, { name }) => {
    tellSent(cli, await operations.act(asked.act), { ...asked, context: name });
  });
}

async function policyIn({ terminal }: Cli, file: string): Promise<object> {
  try {
    const value: unknown = parse(file === '-' ? await terminal.readInput() : await readFile(file, 'utf8'), {
      logLevel: 'silent',
    });
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    throw new Error('expected the fields of a policy');
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new CommandError('usage', `${file} cannot be read as a policy: ${why}.`);
  }
}
