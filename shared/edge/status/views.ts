import type { Migration } from '../../migration/migration.ts';
import {
  countCarriers,
  type MigrationView,
  migrationView,
  type NodesView,
  type RolloutView,
} from '../../view/index.ts';
import { versionOf } from '../http/answer.ts';
import type { Looks } from './looks.ts';
import type { NodesSeen } from './node-look.ts';

/** What is answered to one request and told to whoever watches, and how a client says that it has it. */
interface Versioned<View> {
  readonly view: View;
  readonly version: string;
}

/** Of the same version as long as nothing but the time has changed. */
export async function presentRollout({ fleet }: Looks): Promise<Versioned<RolloutView>> {
  const { view } = (await fleet.see()).value.turns;
  const { at: _, ...lasting } = view;
  return { view, version: versionOf(JSON.stringify(lasting)) };
}

export async function presentView(looks: Looks, migration: Migration): Promise<Versioned<MigrationView>> {
  const view = migrationView(migration, looks.engine.clock.now(), await looks.turnOf(migration));
  return { view, version: versionOf(JSON.stringify(view)) };
}

/** What is said of a migration's nodes beside the nodes themselves. */
export function allNodes(id: string, seen: NodesSeen): Omit<NodesView, 'cells' | 'next'> {
  return {
    migration: id,
    source: seen.source,
    at: seen.at,
    ...(seen.trouble !== undefined && { trouble: seen.trouble }),
    total: seen.items.length,
    counts: countCarriers(seen.items),
  };
}
