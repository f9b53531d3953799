import type { z } from 'zod';
import { migrationSchema } from '../../shared/migration/migration.ts';
import { podRouteSchema } from '../../shared/migration/pod-route.ts';
import { ABORT, PREFLIGHT } from '../../shared/migration/steps.ts';
import type { Documents, Write } from '../../shared/store/documents.ts';

/** What the laws are about; the rest of the document need not be read at each of many thousand writes. */
const watchedFields = migrationSchema.pick({
  id: true,
  plan: true,
  active: true,
  position: true,
  status: true,
  abort: true,
  steps: true,
  fence: true,
  lease: true,
  marks: true,
  historyLength: true,
  updatedAt: true,
});
type Watched = z.infer<typeof watchedFields>;

export interface WatchedDocuments extends Documents {
  /** The migrations as last written. @throws BrokenLaw when one was broken so far. */
  migrations(): readonly Watched[];
  /**
   * Takes note of a broken law when a pod route is being deleted whose record is not stored, or when anything is brought
   * about while a migration is led back.
   */
  expectLawful(thing: string, value: string): void;
}

/** What the toy step `abort` makes of everything. */
export const RESTORED = 'restored';

/** A law of the product was broken in the moment of a write. */
export class BrokenLaw extends Error {}

/** A store that checks, at every write that it takes, what has to hold at every instant. */
export function watched(documents: Documents): WatchedDocuments {
  const migrations = new Map<string, Watched>();
  const recordedRoutes = new Set<string>();
  const broken: BrokenLaw[] = [];

  function see(write: Write): void {
    if (write.kind === 'delete') return;
    if (/^migrations\/[^/]+$/.test(write.path)) {
      const after = watchedFields.parse(write.fields);
      const before = migrations.get(after.id);
      if (before !== undefined) broken.push(...lawsBrokenBetween(before, after));
      migrations.set(after.id, after);
      const active = [...migrations.values()].filter((each) => each.active);
      if (active.length > 1) broken.push(new BrokenLaw('two migrations of one shoot are active'));
    }
    if (/^migrations\/[^/]+\/routes\//.test(write.path)) {
      recordedRoutes.add(podRouteSchema.parse(write.fields).name);
    }
  }

  return {
    get: (path) => documents.get(path),
    list: (collection, query) => documents.list(collection, query),
    async commit(writes) {
      const versions = await documents.commit(writes);
      for (const write of writes) see(write);
      return versions;
    },
    migrations() {
      const [first] = broken;
      if (first !== undefined) throw first;
      return [...migrations.values()];
    },
    expectLawful(thing, value) {
      if (value === 'deleted' && !recordedRoutes.has(thing)) {
        broken.push(new BrokenLaw(`${thing} was deleted before its record was stored`));
      }
      const ledBack = [...migrations.values()].some(({ position }) => position === ABORT);
      if (ledBack && value !== RESTORED) {
        broken.push(new BrokenLaw(`${thing} became ${value} on the way back`));
      }
    },
  };
}

function lawsBrokenBetween(before: Watched, after: Watched): BrokenLaw[] {
  const laws: readonly (readonly [boolean, string])[] = [
    [mayGo(before, after), `went from ${before.position} to ${after.position}`],
    [before.active || !after.active, 'became active again'],
    [after.fence >= before.fence, `the fencing token fell from ${before.fence} to ${after.fence}`],
    [after.historyLength >= before.historyLength, 'the history became shorter'],
    [
      after.lease === undefined || after.lease.fence === after.fence,
      'the lease has another fencing token than the migration',
    ],
    [
      before.lease === undefined ||
        after.lease === undefined ||
        before.lease.holder === after.lease.holder ||
        Date.parse(before.lease.expiresAt) <= Date.parse(after.updatedAt),
      'a lease was taken while another one was held',
    ],
    [
      Object.entries(before.marks).every(([mark, value]) => after.marks[mark] === value),
      'a mark was lost or changed',
    ],
  ];
  return laws.filter(([holds]) => !holds).map(([, law]) => new BrokenLaw(law));
}

/** From step to step in their order; to the preflight while nothing else has begun; to the way back, and back from there. */
function mayGo(before: Watched, after: Watched): boolean {
  const from = before.position;
  const to = after.position;
  if (from === to) return true;
  if (to === ABORT) return after.abort?.from === from;
  if (from === ABORT) return to === before.abort?.from;
  const begun = after.steps.filter(({ startedAt }) => startedAt !== undefined).map(({ name }) => name);
  if (to === PREFLIGHT) return begun.every((name) => name === PREFLIGHT || name === ABORT);
  return after.plan.steps.indexOf(to) === after.plan.steps.indexOf(from) + 1;
}
