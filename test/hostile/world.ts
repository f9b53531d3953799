import { TOPICS, type Topic } from '../../shared/bus/topics.ts';
import * as handlers from '../../shared/edge/handlers.ts';
import type { Delivery } from '../../shared/edge/message.ts';
import { deliver, type Handler } from '../../shared/edge/receive.ts';
import { isStepName, STEP_NAMES } from '../../shared/migration/steps.ts';
import { createLogger } from '../../shared/runtime/logger.ts';
import type { VersionedDocument } from '../../shared/store/documents.ts';
import { DONE, scriptedStep } from '../support/scripted-step.ts';
import { startedMigration } from '../support/started-migration.ts';
import { testEngine } from '../support/test-engine.ts';

/** The handler behind each topic, as `functions/` puts them there. */
export const HANDLERS: ReadonlyMap<Topic, Handler> = new Map(
  TOPICS.map((topic) => [topic, handlerOf(topic)]),
);

function handlerOf(topic: Topic): Handler {
  if (topic === 'abort') return handlers.onAbort;
  if (isStepName(topic)) return handlers.onNudge(topic);
  return {
    'shoot-changed': handlers.onShootChanged,
    'maintenance-tick': handlers.onMaintenanceTick,
    'watch-shoots': handlers.onWatchShoots,
    pause: handlers.onPause,
    resume: handlers.onResume,
    rollout: handlers.onRollout,
    'dead-letter': handlers.onDeadLetter,
  }[topic];
}

/** The product's functions over a store with one migration under way, their log caught at its most talkative. */
export async function hostileWorld() {
  const lines: string[] = [];
  const engine = {
    ...testEngine({ steps: STEP_NAMES.map((name) => scriptedStep(name, DONE)) }),
    log: createLogger('trace', { write: (line) => lines.push(line) }),
  };
  const migration = await startedMigration(engine);
  const { documents } = engine;

  async function all(collection: string): Promise<readonly VersionedDocument[]> {
    return await documents.list(collection);
  }

  return {
    engine,
    migration,
    lines,
    refusals: () => all('refusals'),
    /** All that is stored but for refusals. */
    async rest(): Promise<readonly VersionedDocument[]> {
      const path = `migrations/${migration.id}`;
      const each = ['migrations', 'shoots', 'holds', `${path}/history`, `${path}/routes`].map(all);
      return (await Promise.all(each)).flat();
    },
    /** Delivers as Pub/Sub does; throws where it would come again. */
    async deliver(topic: Topic, delivery: Delivery): Promise<void> {
      const handler = HANDLERS.get(topic);
      if (handler === undefined) throw new Error(`nobody listens to ${topic}`);
      await engine.clock.until(deliver(engine, topic, handler, delivery));
    },
  };
}

export type HostileWorld = Awaited<ReturnType<typeof hostileWorld>>;
