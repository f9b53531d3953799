import type { Clock } from '../../../../shared/clock.ts';
import type { EmbeddedBus } from './bus.ts';
import { embeddedBus } from './bus.ts';
import type { EmbeddedDocuments } from './documents.ts';
import { embeddedDocuments } from './documents.ts';
import type { DeliveryFaults } from './faults.ts';
import { serveBackends } from './server.ts';

export type { EmbeddedBus } from './bus.ts';
export { embeddedBus } from './bus.ts';
export type { EmbeddedDocuments } from './documents.ts';
export { embeddedDocuments } from './documents.ts';
export type { DeliveryFaults } from './faults.ts';
export { remoteBus, remoteDocuments } from './remote.ts';

export interface EmbeddedBackends {
  /** For `remoteDocuments` and `remoteBus`. */
  readonly url: string;
  readonly documents: EmbeddedDocuments;
  readonly bus: EmbeddedBus;
  /** Breaks off every delivery and closes the server; nothing of it runs on. */
  stop(): Promise<void>;
}

/** A store and a bus in this process's memory, offered to other processes over HTTP on a loopback port. */
export async function startEmbeddedBackends(options: {
  readonly clock: Clock;
  readonly project: string;
  readonly port?: number;
  readonly faults?: DeliveryFaults;
}): Promise<EmbeddedBackends> {
  const documents = embeddedDocuments();
  const bus = embeddedBus(options);
  const server = await serveBackends(documents, bus, options.port);
  return {
    url: server.url,
    documents,
    bus,
    async stop() {
      await server.stop();
      await bus.stop();
    },
  };
}
