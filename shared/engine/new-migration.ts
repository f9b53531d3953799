import { timestamp } from '../clock.ts';
import { initialConstraints } from '../migration/constraints.ts';
import type { Who } from '../migration/history.ts';
import type { Migration } from '../migration/migration.ts';
import { planSchema } from '../migration/plan.ts';
import type { Shoot } from '../migration/shoot.ts';
import { FORWARD_STEPS } from '../migration/steps.ts';
import { type Hold, scopeInWords } from '../store/holds.ts';
import type { MigrationChange } from '../store/migration-store.ts';
import type { Engine } from './engine.ts';
import { constraintEntries, entry } from './history-lines.ts';
import type { Wishes } from './nudge.ts';

/**
 * The `number`th migration of a shoot, and the first lines of its history. Paused where its project or namespace is held, or
 * everything; behind the gate where there is a rollout.
 */
export function newMigration(
  engine: Pick<Engine, 'clock' | 'newId'>,
  { shoot, project, number, wishes, held, rollout, who }: Beginning,
): MigrationChange {
  const at = timestamp(engine.clock);
  const moment = { at, by: 'event', who } as const;
  const [first] = FORWARD_STEPS;
  const acknowledged = wishes.acknowledgeTrafficLoss === true;
  const migration: Migration = {
    // Readable, and unlike that of an earlier shoot of the same name.
    id: `${shoot.technicalId}-${shoot.uid.slice(0, 8)}-${number}`,
    shoot: { key: shoot.key, namespace: shoot.namespace, name: shoot.name, uid: shoot.uid },
    target: {
      project,
      region: shoot.region,
      network: shoot.network,
      technicalId: shoot.technicalId,
      nodes: shoot.nodes,
      pods: shoot.pods,
      services: shoot.services,
      networkType: shoot.networkType,
      seed: shoot.seed,
    },
    plan: planSchema.parse({
      strategy: 'overlap',
      steps: [...FORWARD_STEPS],
      findings: [],
      wish: wishes.strategy,
      trafficLossAcknowledgedAt: acknowledged ? at : undefined,
    }),
    active: true,
    position: first,
    status: { kind: 'ready', since: at },
    paused: held !== undefined,
    pausedBy: held?.kind,
    gate: rollout === undefined ? undefined : { rollout, since: at },
    constraints: initialConstraints(at),
    maintenanceWindow: shoot.maintenanceWindow,
    steps: [],
    fence: 0,
    outbox: held === undefined ? [{ id: engine.newId(), step: first, since: at }] : [],
    marks: {},
    historyLength: 0,
    writeId: '',
    createdAt: at,
    updatedAt: at,
  };
  return {
    migration,
    history: [
      entry(moment, undefined, 'started', 'spec.networking.ipFamilies became [IPv4, IPv6]'),
      ...constraintEntries([], migration.constraints, undefined, moment),
      ...(acknowledged
        ? [entry(moment, undefined, 'acknowledged', 'traffic may be lost during the migration')]
        : []),
      ...(wishes.strategy === undefined
        ? []
        : [entry(moment, first, 'wished', `the strategy is to be ${wishes.strategy}`)]),
      ...(held === undefined
        ? []
        : [
            entry(
              { ...moment, who: held.who },
              first,
              'paused',
              `${scopeInWords(held)} is held since ${held.since}`,
            ),
          ]),
    ],
  };
}

interface Beginning {
  readonly shoot: Shoot;
  /** GCP project of its infrastructure. */
  readonly project: string;
  /** Counts the shoot's migrations, from 1. */
  readonly number: number;
  readonly wishes: Wishes;
  /** A pause of its project or namespace, or of everything. */
  readonly held: Hold | undefined;
  /** Id of the rollout that has to let it in. */
  readonly rollout?: string | undefined;
  /** The operator who published the change, where anything is known of that. */
  readonly who?: Who | undefined;
}
