import { describe } from 'vitest';
import { startOnEmulators } from '../../infra/local/backends/emulator-backends.ts';
import type { Backends } from '../../infra/local/backends/index.ts';
import { connectFromEnvironment, startBackends } from '../../infra/local/backends/index.ts';
import { scaledClock } from '../../infra/local/clock.ts';
import { systemClock } from '../../shared/clock.ts';
import { runningEmulators } from '../support/emulators.ts';
import type { BusUnderTest } from './bus.ts';
import { busContract } from './bus.ts';

const now = systemClock.now();
/** Ten seconds of ack deadline pass in one: more than a busy machine stutters. */
const clock = scaledClock({ origin: now, wallOrigin: now, speed: 10 });

/** The bus as a functions process sees it. */
function throughEnvironment(backends: Backends): BusUnderTest {
  const connections = connectFromEnvironment(backends.environment);
  return {
    backends,
    bus: connections.bus,
    async close() {
      await connections.close();
      await backends.stop();
    },
  };
}

describe('embedded bus, in the same process', () => {
  busContract(async (topology) => {
    const backends = await startBackends({ kind: 'embedded', clock, topology });
    return { backends, bus: backends.bus, close: backends.stop };
  });
});

describe('embedded bus, over HTTP', () => {
  busContract(async (topology) => {
    return throughEnvironment(await startBackends({ kind: 'embedded', clock, topology }));
  });
});

const emulators = runningEmulators();
describe.skipIf(emulators === undefined)('Pub/Sub emulator', () => {
  busContract(async (topology) => {
    if (emulators === undefined) throw new Error('the emulators are not running');
    return throughEnvironment(await startOnEmulators({ clock: systemClock, topology }, emulators));
  });
});
