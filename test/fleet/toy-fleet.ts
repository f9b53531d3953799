import { onPause, onResume, onRollout } from '../../shared/edge/handlers.ts';
import type { Message } from '../../shared/edge/message.ts';
import { takeInShootChange } from '../../shared/engine/intake.ts';
import { runStep } from '../../shared/engine/run-step.ts';
import type { RoundResult, Step } from '../../shared/engine/step.ts';
import { tick } from '../../shared/engine/tick.ts';
import { loadOf, takesPlace } from '../../shared/fleet/load.ts';
import { lookAtFleet } from '../../shared/fleet/steer.ts';
import { isOpen, type MaintenanceWindow } from '../../shared/migration/maintenance-window.ts';
import { hasBegun, type Migration, stepRecordOf } from '../../shared/migration/migration.ts';
import type { RolloutPolicy } from '../../shared/migration/rollout-policy.ts';
import { ABORT, isStepName, PREFLIGHT, STEP_NAMES } from '../../shared/migration/steps.ts';
import type { Documents } from '../../shared/store/documents.ts';
import { readMigration } from '../../shared/store/migration-store.ts';
import { keptRollout, type Rollout } from '../../shared/store/rollout.ts';
import { message } from '../edge/messages.ts';
import type { Interceptor } from '../support/interception.ts';
import { DONE } from '../support/scripted-step.ts';
import { type TestEngine, testEngine, testWorld } from '../support/test-engine.ts';
import { toyShoot } from '../support/toy-shoot.ts';

/** Where a toy shoot is, as far as turns depend on it. */
export interface ToyShoot {
  readonly name: string;
  readonly namespace?: string;
  readonly project?: string;
  readonly seed?: string;
  readonly window?: MaintenanceWindow;
}

/** Something that must never have been, seen at a write. */
export class BrokenLaw extends Error {}

const MINUTE = 60_000;

/**
 * Many migrations of toy steps over one store, whose every write is judged: never more let in than the policy allows, and nobody
 * but canaries before those have passed. `check-nodes` takes ten minutes, everything else no time.
 */
export function toyFleet() {
  const broken: BrokenLaw[] = [];
  const base = testWorld();
  const blocked = new Map<string, string>();
  const asleep = new Set<string>();
  const world = { ...base, documents: judged(base.documents, broken) };
  const steps = STEP_NAMES.map((name) => toyStep(name, blocked, asleep));
  const instance = (intercept?: Interceptor): TestEngine =>
    testEngine({ world, steps, ...(intercept && { intercept }) });
  const engine = instance();
  let delivered = 0;
  let messages = 0;

  const fleet = {
    world,
    engine,
    instance,
    blocked,
    asleep,
    /** Their owners ask for dual-stack. */
    async ask(...shoots: readonly ToyShoot[]): Promise<void> {
      await fleet.askFrom(engine, ...shoots);
    },
    async askFrom(from: TestEngine, ...shoots: readonly ToyShoot[]): Promise<void> {
      for (const { name, namespace = 'garden-core', project = 'toy-project', seed, window } of shoots) {
        const about = {
          ...{ name, namespace, key: `${namespace}/${name}`, technicalId: `shoot--${namespace}--${name}` },
          ...{ uid: `${name}-00000000`.padEnd(36, '0'), seed },
        };
        const before = { ...toyShoot(['IPv4']), ...about };
        const after = { ...toyShoot(['IPv4', 'IPv6'], window), ...about };
        await takeInShootChange(from, { before, after, project });
      }
      await fleet.settle();
    },
    /** Every nudge that is on its way arrives, and so do those that it leads to. */
    async settle(): Promise<void> {
      for (; delivered < world.bus.published.length; delivered += 1) {
        const sent = world.bus.published[delivered];
        if (sent === undefined || !isStepName(sent.topic)) throw new Error('no nudge');
        await world.clock.until(runStep(engine, sent.topic, sent.nudge));
      }
    },
    async tick(from: TestEngine = engine): Promise<void> {
      await world.clock.until(tick(from, () => lookAtFleet(from)));
    },
    /** The scheduler ticks each minute. */
    async minutes(count: number): Promise<void> {
      for (let minute = 0; minute < count; minute += 1) {
        await world.clock.advance(MINUTE);
        await fleet.tick();
        await fleet.settle();
      }
    },
    message(body: object, id?: string): Message {
      messages += 1;
      return message(body, {
        id: id ?? `message-${messages}`,
        attributes: { operator: 'alice@example.com' },
      });
    },
    async rollout(body: object, id?: string): Promise<object> {
      return await onRollout(engine, fleet.message(body, id));
    },
    async set(policy: Partial<RolloutPolicy>): Promise<object> {
      return await fleet.rollout({ set: { atOnce: 2, ...policy } });
    },
    async pauseAll(): Promise<void> {
      await onPause(engine, fleet.message({ all: true }));
      await fleet.settle();
    },
    async resumeAll(perMinute?: number): Promise<object> {
      return await onResume(
        engine,
        fleet.message({ all: true, ...(perMinute !== undefined && { perMinute }) }),
      );
    },
    async all(): Promise<readonly Migration[]> {
      return (await world.documents.list('migrations')).map(readMigration);
    },
    /** Names of the shoots of which this is so, in the order of their names. */
    async which(is: (migration: Migration) => boolean): Promise<readonly string[]> {
      return (await fleet.all())
        .filter(is)
        .map(({ shoot }) => shoot.name)
        .sort();
    },
    async begun(): Promise<readonly string[]> {
      return await fleet.which(hasBegun);
    },
    async of(name: string): Promise<Migration> {
      const found = (await fleet.all()).find(({ shoot }) => shoot.name === name);
      if (found === undefined) throw new Error(`${name} has no migration`);
      return found;
    },
    async eventsOf(name: string): Promise<readonly string[]> {
      const history = await engine.migrations.history((await fleet.of(name)).id);
      return history.map(({ event, reason }) => (reason === undefined ? event : `${event} ${reason}`));
    },
    async stored(): Promise<Rollout> {
      const kept = await keptRollout(world.documents);
      if (kept === undefined) throw new Error('no policy was ever set');
      return kept.rollout;
    },
    /** @throws BrokenLaw when one was broken so far. */
    expectLawful(): void {
      const [first] = broken;
      if (first !== undefined) throw first;
    },
  };
  return fleet;
}
export type ToyFleet = ReturnType<typeof toyFleet>;

function toyStep(
  name: Step['name'],
  blocked: ReadonlyMap<string, string>,
  asleep: ReadonlySet<string>,
): Step {
  return {
    name,
    round: async ({ migration }): Promise<RoundResult> => {
      const { shoot } = migration;
      if (blocked.get(shoot.name) === name) {
        return { kind: 'blocked', reason: 'NodeNotReached', message: 'a toy block', remedy: 'unblock it' };
      }
      if (asleep.has(shoot.name) && name !== PREFLIGHT && name !== ABORT) {
        const wait = { kind: 'waiting', reason: 'ShootHibernated', message: 'it sleeps' } as const;
        return { ...wait, lookAgainAfterSeconds: 300, patient: true, nothingDone: true };
      }
      if (name !== 'check-nodes' || stepRecordOf(migration, name).runs > 2) return DONE;
      const wait = { kind: 'waiting', reason: 'Rolling', message: 'nodes are replaced' } as const;
      return { ...wait, lookAgainAfterSeconds: 300, patient: true };
    },
  };
}

/** The store, with a judgement at each write that it takes. */
function judged(documents: Documents, broken: BrokenLaw[]): Documents {
  const letInBy = new Map<string, string>();
  return {
    get: (path) => documents.get(path),
    list: (collection, query) => documents.list(collection, query),
    async commit(writes) {
      const versions = await documents.commit(writes);
      // Damaged ones are the tests' own.
      const kept = await keptRollout(documents).catch(() => undefined);
      if (kept === undefined || kept.rollout.state.kind === 'off') return versions;
      const all = (await documents.list('migrations')).map(readMigration);
      const news = all.filter(
        ({ id, gate }) => gate?.letIn !== undefined && letInBy.get(id) !== gate.letIn.at,
      );
      for (const { id, gate } of news) letInBy.set(id, gate?.letIn?.at ?? '');
      // What happened at this write is judged, so that what operators did by hand before is not.
      for (const migration of news.filter(({ gate }) => gate?.letIn?.by === 'rollout')) {
        broken.push(...brokenBy(migration, all, kept.rollout));
      }
      return versions;
    },
  };
}

function brokenBy(migration: Migration, all: readonly Migration[], rollout: Rollout): BrokenLaw[] {
  const { policy, state, accepted } = rollout;
  const { total, projects, namespaces, seeds } = loadOf(all.filter((each) => takesPlace(each, rollout)));
  const most = (counts: ReadonlyMap<string, number>) => Math.max(0, ...counts.values());
  const passed = (shoot: string) =>
    all.some(
      ({ id, shoot: { key }, status }) =>
        key === shoot && (status.kind === 'succeeded' || accepted.some((each) => each.migration === id)),
    );
  const isCanary = policy.canaries.includes(migration.shoot.key);
  const window = migration.maintenanceWindow;
  const laws: readonly (readonly [holds: boolean, law: string])[] = [
    [total <= policy.atOnce, `${total} at once, not ${policy.atOnce}`],
    [most(projects) <= (policy.perProject ?? Number.POSITIVE_INFINITY), 'too many in a project'],
    [most(namespaces) <= (policy.perNamespace ?? Number.POSITIVE_INFINITY), 'too many in a namespace'],
    [most(seeds) <= (policy.perSeed ?? Number.POSITIVE_INFINITY), 'too many on a seed'],
    [isCanary || policy.canaries.every(passed), 'let in before the canaries'],
    [state.kind === 'running', 'let in although it has stopped'],
    [
      window === undefined || isOpen(window, Date.parse(migration.gate?.letIn?.at ?? '')),
      'let in outside its window',
    ],
    [!migration.paused, 'let in although it is paused'],
  ];
  return laws.flatMap(([holds, law]) => (holds ? [] : [new BrokenLaw(`${migration.shoot.key}: ${law}`)]));
}
