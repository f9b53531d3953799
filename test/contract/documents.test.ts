import { describe } from 'vitest';
import { startOnEmulators } from '../../infra/local/backends/emulator-backends.ts';
import type { Backends } from '../../infra/local/backends/index.ts';
import { connectFromEnvironment, startBackends } from '../../infra/local/backends/index.ts';
import { systemClock } from '../../shared/clock.ts';
import { runningEmulators } from '../support/emulators.ts';
import type { DocumentsUnderTest } from './documents.ts';
import { documentsContract } from './documents.ts';

const options = { clock: systemClock, topology: [] };

/** The store as a functions process sees it. */
function throughEnvironment(backends: Backends): DocumentsUnderTest {
  const { environment } = backends;
  const connections = connectFromEnvironment(environment);
  return {
    documents: connections.documents,
    environment,
    async close() {
      await connections.close();
      await backends.stop();
    },
  };
}

describe('embedded documents, in the same process', () => {
  documentsContract(async () => {
    const { documents, environment, stop } = await startBackends({ ...options, kind: 'embedded' });
    return { documents, environment, close: stop };
  });
});

describe('embedded documents, over HTTP', () => {
  documentsContract(async () => throughEnvironment(await startBackends({ ...options, kind: 'embedded' })));
});

const emulators = runningEmulators();
describe.skipIf(emulators === undefined)('Firestore emulator', () => {
  documentsContract(async () => {
    if (emulators === undefined) throw new Error('the emulators are not running');
    return throughEnvironment(await startOnEmulators(options, emulators));
  });
});
