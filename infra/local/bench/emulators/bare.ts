import { systemClock } from '../../../../shared/clock.ts';
import type { Backends } from '../../backends/index.ts';
import { startPushReceiver } from './push-receiver.ts';

/** What the backends do with nothing in front of them, as many at once as migrations are. */
export interface Bare {
  /** Writes of a small document a second, each awaited. */
  readonly writesPerSecond: number;
  /** Messages a second from publish to push. */
  readonly messagesPerSecond: number;
}

const SECONDS = 5;
/** Any topic without a step behind it. */
const TOPIC = 'watch-shoots';

export async function measureBare(backends: Backends, atOnce: number, signal: AbortSignal): Promise<Bare> {
  return {
    writesPerSecond: await writes(backends, atOnce, signal),
    messagesPerSecond: await messages(backends, atOnce, signal),
  };
}

async function writes({ documents }: Backends, atOnce: number, signal: AbortSignal): Promise<number> {
  let written = 0;
  return await perSecond(
    atOnce,
    signal,
    () => written,
    async (lane) => {
      written += 1;
      const fields = { written, text: 'x'.repeat(2_000) };
      await documents.commit([{ kind: 'put', path: `bare/lane-${lane}`, fields }]);
    },
  );
}

async function messages(backends: Backends, atOnce: number, signal: AbortSignal): Promise<number> {
  let received = 0;
  const waiting: (() => void)[] = [];
  const receiver = await startPushReceiver(async () => {
    received += 1;
    waiting.shift()?.();
    return true;
  });
  try {
    await backends.setPushEndpoints(receiver.url);
    return await perSecond(
      atOnce,
      signal,
      () => received,
      async () => {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.push(resolve);
        await backends.bus.publish(TOPIC, { body: { at: 'bare' } });
        await Promise.race([promise, systemClock.sleep(SECONDS * 1_000)]);
      },
    );
  } finally {
    await receiver.stop();
  }
}

/** So many at once do the same again and again; the second half of the time counts. */
async function perSecond(
  atOnce: number,
  signal: AbortSignal,
  done: () => number,
  once: (lane: number) => Promise<void>,
): Promise<number> {
  const endsAt = systemClock.now() + 2 * SECONDS * 1_000;
  const lanes = Array.from({ length: atOnce }, async (_, lane) => {
    while (systemClock.now() < endsAt && !signal.aborted) await once(lane);
  });
  await systemClock.sleep(SECONDS * 1_000, signal);
  const [before, at] = [done(), systemClock.now()];
  await Promise.all(lanes);
  return Math.round((done() - before) / ((systemClock.now() - at) / 1_000));
}
