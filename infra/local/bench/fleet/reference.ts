import type { Documents } from '../../../../shared/store/documents.ts';
import { migrationPath } from '../../../../shared/store/migration-store.ts';
import { eachInItsWindow } from '../../fleet/course.ts';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import { runFleet } from '../../fleet/run.ts';
import { SMALL_STEPS, smallPorts } from '../small-steps.ts';

/** What the same things cost without the rest, in microseconds of this thread's CPU. */
export interface Reference {
  /** A run of a step that is done at once: claim, run, record, next nudge, delivery. */
  readonly emptyRun: number;
  /** A read and a write of a migration's document, with one line of history; nothing else. */
  readonly readAndWrite: number;
  readonly emptyRuns: number;
}

/** Migrations of steps that do nothing; enough for the compiler to have seen everything often. */
const SHOOTS = 300;
const READS_AND_WRITES = 20_000;

export async function measureReference(signal: AbortSignal): Promise<Reference> {
  const ports = { steps: SMALL_STEPS, openPorts: async () => smallPorts };
  const fleet = startFleet({ shoots: SHOOTS, nodes: 1, seed: 1, ...ports });
  try {
    const began = process.threadCpuUsage();
    await runFleet(fleet, eachInItsWindow(1), { signal, look: () => undefined });
    const spent = microsecondsSince(began);
    const emptyRuns = fleet.figures.stepRuns;
    return { emptyRuns, emptyRun: spent / emptyRuns, readAndWrite: await bareReadAndWrite(fleet) };
  } finally {
    await fleet.stop();
  }
}

/** The documents themselves, with no engine and no schema around them. */
async function bareReadAndWrite({ engine: { documents }, census }: Fleet): Promise<number> {
  const [migration] = census.migrations();
  if (migration === undefined) throw new Error('no migration was started');
  const began = process.threadCpuUsage();
  for (let turn = 0; turn < READS_AND_WRITES; turn += 1) {
    await rewritten(documents, migrationPath(migration.id), turn);
  }
  return microsecondsSince(began) / READS_AND_WRITES;
}

async function rewritten(documents: Documents, path: string, turn: number): Promise<void> {
  const document = await documents.get(path);
  if (document === undefined) throw new Error(`${path} is gone`);
  // As the engine's writes: another `writeId`, everything else as it was.
  const fields = { ...document.fields, writeId: `bare-${turn}` };
  await documents.commit([
    { kind: 'replace', path, fields, ifVersion: document.version },
    { kind: 'create', path: `bare/${path.replaceAll('/', '-')}/lines/${turn}`, fields: LINE },
  ]);
}

const LINE = {
  at: '2026-03-02T20:00:00.000Z',
  by: 'engine',
  event: 'acted',
  message: 'did what was to be done',
};

function microsecondsSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(began);
  return user + system;
}
