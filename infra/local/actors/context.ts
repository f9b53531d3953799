import type { Clock } from '../../../shared/clock.ts';
import type { Random } from '../random.ts';
import type { ActorDelays } from './delays.ts';
import type { NodeOrders } from './machines/node-order.ts';
import type { WorkQueueOptions } from './work-queue.ts';
import { WorkQueue } from './work-queue.ts';
import type { Infrastructure, ShootCluster } from './world.ts';

/** What every actor works with. */
export interface ActorContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly delays: ActorDelays;
  readonly infrastructure: Infrastructure;
  readonly cluster: ShootCluster;
  /** Google Cloud project, part of every provider ID. */
  readonly project: string;
  /** Gardener's name of the shoot in the infrastructure: `shoot--core--api`. */
  readonly technicalId: string;
  /** How the machine controller is told from inside the shoot to replace a machine. */
  readonly nodeOrders: NodeOrders;
  /** Told of what an actor will try again, for whoever watches. */
  report(line: ActorReport): void;
}

export interface ActorReport {
  readonly actor: string;
  readonly subject: string;
  readonly error: unknown;
}

export function nodesSubnetName(technicalId: string): string {
  return `${technicalId}-nodes`;
}

export function servicesSubnetName(technicalId: string): string {
  return `${technicalId}-services`;
}

/** A work queue that retries as the context's delays say and reports under the actor's name. */
export function actorQueue(
  context: ActorContext,
  actor: string,
  workers: number,
  reconcile: WorkQueueOptions['reconcile'],
  attempts?: number,
): WorkQueue {
  const { clock, delays } = context;
  return new WorkQueue({
    clock,
    workers,
    reconcile,
    retry: { firstMs: delays.retryFirst, longestMs: delays.retryLongest },
    onError: (subject, error) => context.report({ actor, subject, error }),
    ...(attempts === undefined ? {} : { attempts }),
  });
}
