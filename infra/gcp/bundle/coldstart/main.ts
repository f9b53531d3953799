import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { verdictLines } from '../../../local/bench/verdict.ts';
import { runCommand } from '../../../local/run-command.ts';
import { functionFolders } from '../function-folders.ts';
import { deployedFunctions, functionsNamed, UnknownFunction } from '../functions.ts';
import { type FunctionFigures, figuresOf, type RunFigures, shares } from './figures.ts';
import { startFirestoreStandIn } from './firestore-stand-in.ts';
import { coldStartOptions } from './options.ts';
import { measured, type Run } from './run.ts';
import { type Source, type Subject, stepConnections, subjectOf } from './subjects.ts';
import { textTable, verdictsOn } from './table.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

await runCommand(main, { usage: [UnknownFunction] });

/** `npm run bench:coldstart`: bundles, starts and measures; a table or a line of JSON. Returns the exit code. */
async function main(args: readonly string[], interrupted: AbortSignal): Promise<number> {
  const { functions: names, runs, json } = coldStartOptions(args);
  const all = deployedFunctions(root);
  const chosen = functionsNamed(all, names).map(({ name }) => name);
  const imported = importedPackages();
  const folders = (await functionFolders(root, all)).filter(({ name }) => chosen.includes(name));
  const subjects = folders.map((folder) => subjectOf(root, folder, imported));
  const connections = await stepConnections(root, imported);
  const conditions = conditionsOf(runs);
  const figures = await figuresOfAll([...subjects, connections], runs, interrupted);
  const deployed = figures.slice(0, subjects.length);
  const report = { conditions, functions: deployed, step: figures.at(-1), goals: verdictsOn(deployed) };
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : text(figures, deployed, conditions));
  return 0;
}

/** One start at a time, and what is compared in turns, so that a busy minute of the machine meets both. */
async function figuresOfAll(
  subjects: readonly Subject[],
  runs: number,
  interrupted: AbortSignal,
): Promise<readonly FunctionFigures[]> {
  const firestore = await startFirestoreStandIn(root);
  const env = { GOOGLE_CLOUD_PROJECT: 'coldstart', FIRESTORE_EMULATOR_HOST: firestore.host };
  // Several functions with the same packages have one naive import in common.
  const naive = new Map<string, Run[]>();
  const once = async ({ source, target }: Source): Promise<Run> => {
    interrupted.throwIfAborted();
    return await measured({ root, source, target, env });
  };
  try {
    const all: { readonly subject: Subject; readonly bundled: RunFigures; readonly naiveRuns: Run[] }[] = [];
    for (const subject of subjects) {
      say(`${subject.name} …`);
      const key = JSON.stringify(subject.naive);
      const naiveRuns = naive.get(key) ?? [];
      naive.set(key, naiveRuns);
      const bundled: Run[] = [];
      for (let run = 0; run <= runs; run += 1) {
        const start = await once(subject.bundled);
        const other = naiveRuns.length < runs ? await once(subject.naive) : undefined;
        if (run === 0) continue;
        bundled.push(start);
        if (other !== undefined) naiveRuns.push(other);
      }
      all.push({ subject, bundled: figuresOf(bundled), naiveRuns });
    }
    return all.map(({ subject: { name, bytes, bytesAtStart }, bundled, naiveRuns }) => {
      const beside = figuresOf(naiveRuns);
      const sizes = { bundleBytes: bytes, bundleBytesAtStart: bytesAtStart };
      return { name, ...sizes, bundled, naive: beside, ...shares(bundled, beside) };
    });
  } finally {
    await firestore.stop();
  }
}

function importedPackages(): readonly string[] {
  const manifest = z.object({ dependencies: z.record(z.string(), z.string()) });
  return Object.keys(
    manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).dependencies,
  );
}

/** With how many processes wanted to run besides: figures of a busy machine say little. */
function conditionsOf(runs: number): readonly string[] {
  const cores = availableParallelism();
  const [load = 0] = loadavg();
  return [
    `Node ${process.version}, ${cores} cores, load ${load.toFixed(1)} before it began; ${runs} starts of each in fresh processes, after one that is not counted`,
    'serves: functions-framework listens and the function is registered; first answer: a message was put on record and answered, its connections made for it',
    'naive: the same packages imported whole by one module; median (smallest–largest)',
  ];
}

function text(
  all: readonly FunctionFigures[],
  deployed: readonly FunctionFigures[],
  conditions: readonly string[],
): string {
  const verdicts = verdictLines(
    verdictsOn(deployed).map(({ goal, ...verdict }) => ({ target: goal, ...verdict })),
  );
  return `${[textTable(all), verdicts.join('\n'), conditions.join('\n')].join('\n\n')}\n`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
