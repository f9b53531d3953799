import { onTestFinished } from 'vitest';
import { exampleRow } from '../../infra/local/bench/page/example-fleet.ts';
import {
  exampleCells,
  exampleHistory,
  exampleMigration,
} from '../../infra/local/bench/page/example-migration.ts';
import { type Shown, StandIn } from '../../infra/local/bench/page/stand-in.ts';
import type { FleetRow, MigrationView, Phase } from '../../shared/view/index.ts';

/** A stand-in for the API that ends with the test. */
export async function standIn(shown: Partial<Shown> = {}): Promise<StandIn> {
  const started = new StandIn(shown);
  await started.start();
  onTestFinished(async () => await started.stop());
  return started;
}

export interface OneMigration {
  readonly row: FleetRow;
  readonly migration: MigrationView;
  readonly shown: Partial<Shown>;
  /** Where the page shows it. */
  readonly place: string;
}

/** A migration in this phase, with nodes of which a third have moved. */
export function oneMigration(
  phase: Phase,
  {
    nodes = 30,
    history = 10,
    ...changes
  }: Partial<MigrationView> & { nodes?: number; history?: number } = {},
): OneMigration {
  const now = Date.now();
  const row: FleetRow = { ...exampleRow(3, now, phase), step: 'migrate-routes', stepNumber: 3 };
  const migration = { ...exampleMigration(row, history), ...changes };
  const shown = {
    rows: [row],
    migration,
    cells: exampleCells(nodes, Math.floor(nodes / 3)),
    history: exampleHistory(history, now),
  };
  return { row, migration, shown, place: `/#/migrations/${row.id}` };
}
