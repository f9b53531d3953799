/** A thread that runs the cases it is sent, one after the other. */
import { isMainThread, parentPort } from 'node:worker_threads';
import { surveyCase } from '../survey.ts';
import type { Answer, Order } from './messages.ts';

if (isMainThread || parentPort === null) throw new Error('this file is run as a worker thread');
const port = parentPort;

port.on('message', (order: Order) => {
  void answerTo(order).then((answer) => port.postMessage(answer));
});

async function answerTo(order: Order): Promise<Answer> {
  try {
    return { kind: 'ran', survey: await surveyCase(order.case) };
  } catch (error) {
    return { kind: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
