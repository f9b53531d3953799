/**
 * A worker thread whose cases with seed 1 throw where nobody catches it, with seed 2 never come to an end, and with seed 4
 * tell which thread it is.
 */
import { parentPort, threadId } from 'node:worker_threads';
import type { Order } from '../../../infra/local/simulation/workers/messages.ts';

parentPort?.on('message', ({ case: { seed } }: Order) => {
  if (seed === 1) throw new Error('out of luck');
  while (seed === 2);
  parentPort?.postMessage({ kind: 'failed', why: seed === 4 ? `thread ${threadId}` : `seed ${seed}` });
});
