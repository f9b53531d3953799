/** Loaded before functions-framework: its functions then work on a store that takes its time. */
import { setTimeout as delay } from 'node:timers/promises';
import { embeddedDocuments } from '../../infra/local/backends/embedded/documents.ts';
import { systemClock } from '../../shared/clock.ts';
import { DEFAULT_LIMITS } from '../../shared/engine/engine.ts';
import { assembleEngine } from '../../shared/runtime/assemble.ts';
import { connectWith } from '../../shared/runtime/instance.ts';
import { createLogger } from '../../shared/runtime/logger.ts';

const documents = embeddedDocuments();

connectWith(async (shutdown) =>
  assembleEngine({
    documents: {
      ...documents,
      list: async (collection, query) => {
        process.stdout.write('listing\n');
        await delay(1_000);
        return await documents.list(collection, query);
      },
    },
    bus: { publish: async () => {} },
    clock: systemClock,
    log: createLogger('info'),
    openPorts: () => Promise.reject(new Error('no step runs here')),
    limits: DEFAULT_LIMITS,
    project: 'project',
    shutdown,
  }),
);
