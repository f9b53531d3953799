import { timestamp } from '../clock.ts';
import { type Refusal, refusalOf } from '../migration/admission.ts';
import { initialConstraints } from '../migration/constraints.ts';
import { type FamiliesChange, judgeFamiliesChange } from '../migration/families.ts';
import type { Migration } from '../migration/migration.ts';
import type { Shoot } from '../migration/shoot.ts';
import { STEP_NAMES } from '../migration/steps.ts';
import { DocumentExists, StaleDocument, type VersionedDocument } from '../store/documents.ts';
import { parseDocument, toFields } from '../store/migration-store.ts';
import { type ShootRecord, shootPath, shootRecordSchema } from '../store/shoot-records.ts';
import type { Engine } from './engine.ts';
import { flushOutbox } from './outbox.ts';
import { constraintEntries, entry } from './transitions.ts';

/** A shoot as an event shows it, before (when known) and after the change. */
export interface ShootChange {
  readonly before: Shoot | undefined;
  readonly after: Shoot;
  /** GCP project in which the shoot's infrastructure lives. */
  readonly project: string;
}

export type IntakeResult =
  | { readonly kind: 'started'; readonly migration: string }
  | { readonly kind: 'under way'; readonly migration: string }
  | { readonly kind: 'nothing to do' }
  | ({ readonly kind: 'refused' } & Refusal);

/** Two events about one shoot at once: the second one reads what the first one wrote. */
const MOST_ATTEMPTS = 8;

/**
 * Takes in a change of a shoot. Only `[IPv4] → [IPv4, IPv6]` of a shoot that can be migrated starts a migration, and
 * only one: the same event again, or another one while the migration is under way, starts nothing.
 */
export async function takeInShootChange(engine: Engine, change: ShootChange): Promise<IntakeResult> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await decideOnce(engine, change);
    } catch (error) {
      const contended = error instanceof DocumentExists || error instanceof StaleDocument;
      if (!contended || attempt >= MOST_ATTEMPTS) throw error;
    }
  }
}

async function decideOnce(engine: Engine, { before, after, project }: ShootChange): Promise<IntakeResult> {
  const document = await engine.documents.get(shootPath(after.uid));
  const known = document === undefined ? undefined : parseDocument(shootRecordSchema, document);
  const judgement = judge(known, before, after);
  if (judgement.kind === 'refused') {
    if (document !== undefined && known !== undefined) {
      await rememberWayBack(engine, after, document, known);
    }
    return { kind: 'refused', reason: 'FamiliesChangeNotSupported', message: judgement.message };
  }
  if (judgement.kind === 'unchanged') {
    if (known === undefined) await storeShoot(engine, after, undefined, { migrations: 0 });
    return await alreadyTakenIn(engine, known?.activeMigration);
  }
  const refusal = refusalOf(after);
  if (refusal !== undefined) {
    // Once the owner has mended the shoot, the next event says dual-stack before and after.
    if (known === undefined) await storeShoot(engine, before ?? after, undefined, { migrations: 0 });
    return { kind: 'refused', ...refusal };
  }
  const number = (known?.migrations ?? 0) + 1;
  const migration = newMigration(engine, after, project, number);
  await storeShoot(engine, after, document, { migrations: number, migration });
  await flushOutbox(engine, migration);
  return { kind: 'started', migration: migration.id };
}

/**
 * What the change comes to. The store knows better than a late event; but of a shoot that was never migrated either may
 * have missed something, an event that came out of order or one that was refused, so that either can call for it.
 */
function judge(known: ShootRecord | undefined, before: Shoot | undefined, after: Shoot): FamiliesChange {
  const candidates = [known?.families, (known?.migrations ?? 0) === 0 ? before?.families : undefined];
  const judgements = candidates.flatMap((families) =>
    families === undefined ? [] : [judgeFamiliesChange(families, after.families)],
  );
  return judgements.find(({ kind }) => kind === 'to-dual-stack') ?? judgements[0] ?? { kind: 'unchanged' };
}

/** The event tells nothing new; it may be the repeat of one whose first handling died before it published. */
async function alreadyTakenIn(engine: Engine, migrationId: string | undefined): Promise<IntakeResult> {
  const current = migrationId === undefined ? undefined : await engine.migrations.get(migrationId);
  if (current?.active !== true) return { kind: 'nothing to do' };
  await flushOutbox(engine, current);
  return { kind: 'under way', migration: current.id };
}

/**
 * A shoot that goes back to IPv4 is refused here, but Gardener lets it go. Were that not remembered, its next way forth
 * would look like the repeat of an event that was taken in long ago. While a migration is under way nothing changes.
 */
async function rememberWayBack(
  engine: Engine,
  shoot: Shoot,
  stored: VersionedDocument,
  { activeMigration, migrations }: ShootRecord,
): Promise<void> {
  if (shoot.families.join() !== 'IPv4') return;
  const last = activeMigration === undefined ? undefined : await engine.migrations.get(activeMigration);
  if (last?.active === true) return;
  await storeShoot(engine, shoot, stored, { migrations });
}

async function storeShoot(
  engine: Engine,
  shoot: Shoot,
  stored: VersionedDocument | undefined,
  { migrations, migration }: { migrations: number; migration?: Migration },
): Promise<void> {
  const record: ShootRecord = {
    key: shoot.key,
    uid: shoot.uid,
    families: [...shoot.families],
    migrations,
    activeMigration: migration?.id,
    updatedAt: timestamp(engine.clock),
  };
  const path = shootPath(shoot.uid);
  const fields = toFields(record);
  const moment = { at: record.updatedAt, by: 'event' as const };
  const started = entry(moment, undefined, 'started', 'spec.networking.ipFamilies became [IPv4, IPv6]');
  await engine.documents.commit([
    stored === undefined
      ? { kind: 'create', path, fields }
      : { kind: 'replace', path, fields, ifVersion: stored.version },
    ...(migration === undefined
      ? []
      : engine.migrations.startWrites(migration, [
          started,
          ...constraintEntries([], migration.constraints, undefined, moment),
        ])),
  ]);
}

function newMigration(engine: Engine, shoot: Shoot, project: string, number: number): Migration {
  const at = timestamp(engine.clock);
  const first = STEP_NAMES[0];
  return {
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
    },
    plan: { strategy: 'overlap', steps: [...STEP_NAMES], findings: [] },
    active: true,
    position: first,
    status: { kind: 'ready', since: at },
    paused: false,
    constraints: initialConstraints(at),
    maintenanceWindow: shoot.maintenanceWindow,
    steps: [],
    fence: 0,
    outbox: [{ id: engine.newId(), step: first, since: at }],
    marks: {},
    historyLength: 0,
    writeId: '',
    createdAt: at,
    updatedAt: at,
  };
}
