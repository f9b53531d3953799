import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { runCommand } from '../run-command.ts';
import { runChaos } from './chaos.ts';
import { judge } from './judge.ts';
import { type ChaosOptions, chaosOptions } from './options.ts';
import { type ChaosView, plainView, terminalView } from './progress.ts';
import { type ChaosReport, chaosReport, chaosText } from './report.ts';
import { LOG_FILE } from './surroundings.ts';

await runCommand(main);

/** `npm run chaos`: many migrations while the functions are killed, a verdict. Returns the exit code. */
async function main(args: readonly string[], interrupted: AbortSignal): Promise<number> {
  const options = chaosOptions(args);
  const report = await run(options, interrupted);
  if (report === undefined) return 130;
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : chaosText(report));
  return report.result === 'Survived' ? 0 : 1;
}

/** The functions' log stays only where something was broken, or the run did not come to a verdict. */
async function run(options: ChaosOptions, signal: AbortSignal): Promise<ChaosReport | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'shoot-dualstack-chaos-'));
  let worthKeeping = true;
  try {
    const observations = await runChaos(options, { folder, view: viewFor(options), signal });
    worthKeeping = observations !== undefined;
    if (observations === undefined) return undefined;
    const report = chaosReport(observations, judge(observations), options);
    worthKeeping = report.result === 'Broken';
    return report;
  } finally {
    if (worthKeeping) {
      const text = `the functions' log is kept: ${join(folder, LOG_FILE)}`;
      process.stderr.write(`${styleText('gray', text)}\n`);
    } else {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

function viewFor({ json }: ChaosOptions): ChaosView {
  if (json) return plainView((text) => process.stderr.write(text));
  return process.stdout.isTTY ? terminalView() : plainView((text) => process.stdout.write(text));
}
