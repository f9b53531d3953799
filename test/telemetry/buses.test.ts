import { describe, expect, test } from 'vitest';
import { startOnEmulators } from '../../infra/local/backends/emulator-backends.ts';
import {
  type Backends,
  connectFromEnvironment,
  startBackends,
  type Topology,
} from '../../infra/local/backends/index.ts';
import { systemClock } from '../../shared/clock.ts';
import { flushOutbox, publishNudge } from '../../shared/engine/outbox.ts';
import { rootSpanIdOf, traceAttributes } from '../../shared/migration/trace.ts';
import { senderIn } from '../../shared/telemetry/w3c.ts';
import { runningEmulators } from '../support/emulators.ts';
import { startPushReceiver } from '../support/push-receiver.ts';
import { startedMigration } from '../support/started-migration.ts';
import { testEngine } from '../support/test-engine.ts';

const STEP = 'preflight';
const topology: Topology = [
  {
    topic: STEP,
    push: { path: `/${STEP}`, ackDeadlineSeconds: 10, minimumBackoffSeconds: 0, maximumBackoffSeconds: 0 },
  },
];

/** The context of a nudge, and of the same nudge sent again, as a function gets it. */
async function carried(backends: Backends): Promise<void> {
  const receiver = await startPushReceiver();
  const connections = connectFromEnvironment(backends.environment);
  try {
    await backends.setPushEndpoints(receiver.url);
    const toy = testEngine();
    const migration = await startedMigration(toy);
    const engine = { ...toy, bus: connections.bus };
    const nudge = { id: 'nudge-1', step: STEP, since: migration.createdAt } as const;
    await flushOutbox(engine, { ...migration, outbox: [nudge] });
    await publishNudge(engine, migration, STEP, 'schedule');
    const arrived = await receiver.arrived(`/${STEP}`, 2);
    for (const { attributes } of arrived) {
      expect(attributes).toMatchObject(traceAttributes(migration.id));
      expect(senderIn(attributes, migration.id)?.spanId).toBe(rootSpanIdOf(migration.id));
    }
  } finally {
    await connections.close();
    await backends.stop();
    await receiver.stop();
  }
}

describe('a nudge brings its migration’s trace along, and says the same when it is sent again', () => {
  test('over the embedded bus', { timeout: 60_000 }, async () => {
    await carried(await startBackends({ kind: 'embedded', clock: systemClock, topology }));
  });

  const emulators = runningEmulators();
  test.skipIf(emulators === undefined)(
    'over Google’s Pub/Sub emulator (skipped where a Cloud SDK with the emulators is not installed)',
    { timeout: 60_000 },
    async () => {
      if (emulators === undefined) throw new Error('the emulators are not running');
      await carried(await startOnEmulators({ clock: systemClock, topology }, emulators));
    },
  );
});
