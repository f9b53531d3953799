import { timestamp } from '../clock.ts';
import { toFields } from '../frozen-json.ts';
import { type Refusal, refusalOf } from '../migration/admission.ts';
import { type FamiliesChange, judgeFamiliesChange } from '../migration/families.ts';
import type { Who } from '../migration/history.ts';
import type { Migration } from '../migration/migration.ts';
import type { Shoot } from '../migration/shoot.ts';
import { DocumentExists, StaleDocument, type VersionedDocument } from '../store/documents.ts';
import { firstHold } from '../store/holds.ts';
import type { MigrationChange } from '../store/migration-store.ts';
import { rolloutToWaitFor } from '../store/rollout.ts';
import { readShootRecord, type ShootRecord, shootPath } from '../store/shoot-records.ts';
import type { Engine } from './engine.ts';
import { gateClosed } from './gate.ts';
import { momentOf } from './history-lines.ts';
import type { INTAKE_REASONS } from './message-reasons.ts';
import { newMigration } from './new-migration.ts';
import type { Wishes } from './nudge.ts';
import { flushOutbox } from './outbox.ts';
import { paused, resumed } from './pause.ts';
import { scopesOf } from './pause-target.ts';

/** A shoot as an event shows it, before (when known) and after the change. */
export interface ShootChange {
  readonly before: Shoot | undefined;
  readonly after: Shoot;
  /** GCP project in which the shoot's infrastructure lives. */
  readonly project: string;
  /** What an operator says of the migration that this may start; of no meaning once it is under way. */
  readonly wishes?: Wishes;
  /** The operator who published it, where the message says so. */
  readonly who?: Who | undefined;
}

export type IntakeResult =
  | { readonly kind: 'started'; readonly migration: string }
  | { readonly kind: 'under way'; readonly migration: string }
  | { readonly kind: 'nothing to do' }
  | ({ readonly kind: 'refused' } & Refusal);

const NOT_SUPPORTED = 'FamiliesChangeNotSupported' satisfies keyof typeof INTAKE_REASONS;

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

async function decideOnce(engine: Engine, change: ShootChange): Promise<IntakeResult> {
  const { before, after, project, wishes = {}, who } = change;
  const document = await engine.documents.get(shootPath(after.uid));
  const known = document === undefined ? undefined : readShootRecord(document);
  const judgement = judge(known, before, after);
  if (judgement.kind === 'refused') {
    if (document !== undefined && known !== undefined) {
      await rememberWayBack(engine, after, document, known);
    }
    return { kind: 'refused', reason: NOT_SUPPORTED, message: judgement.message };
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
  const held = await firstHold(engine.documents, scopesOf(after, { project }));
  const rollout = await rolloutToWaitFor(engine.documents);
  const started = newMigration(engine, { shoot: after, project, number, wishes, held, rollout, who });
  await storeShoot(engine, after, document, { migrations: number, started });
  const { migration } = started;
  await flushOutbox(engine, await gatedAsTheFleet(engine, await heldAsItsScopes(engine, migration)));
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

/**
 * A scope that was paused, or let go, while its migration was being started: whoever did so may have looked at what is
 * under way before this one was there.
 */
async function heldAsItsScopes(engine: Engine, migration: Migration): Promise<Migration> {
  const { shoot, target } = migration;
  const held = await firstHold(engine.documents, scopesOf(shoot, target));
  if ((held !== undefined) === migration.paused) return migration;
  const stored = await engine.migrations.change(migration.id, (current) => {
    const moment = { ...momentOf(engine, { cause: 'operator', who: held?.who }), nudgeId: engine.newId() };
    return held === undefined
      ? resumed(current, moment, engine.clock.now())
      : paused(current, moment, held.kind);
  });
  return stored ?? migration;
}

/** A policy that was set while its migration was being started: whoever set it may not have seen it. */
async function gatedAsTheFleet(engine: Engine, migration: Migration): Promise<Migration> {
  if (migration.gate !== undefined) return migration;
  const rollout = await rolloutToWaitFor(engine.documents);
  if (rollout === undefined) return migration;
  const moment = momentOf(engine, { cause: 'operator' });
  const stored = await engine.migrations.change(migration.id, (current) =>
    gateClosed(current, rollout, moment),
  );
  return stored ?? migration;
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
  { migrations, started }: { migrations: number; started?: MigrationChange },
): Promise<void> {
  const record: ShootRecord = {
    key: shoot.key,
    uid: shoot.uid,
    families: [...shoot.families],
    migrations,
    activeMigration: started?.migration.id,
    updatedAt: timestamp(engine.clock),
  };
  const path = shootPath(shoot.uid);
  const fields = toFields(record);
  await engine.documents.commit([
    stored === undefined
      ? { kind: 'create', path, fields }
      : { kind: 'replace', path, fields, ifVersion: stored.version },
    ...(started === undefined ? [] : engine.migrations.startWrites(started.migration, started.history ?? [])),
  ]);
}
