import { MAINTENANCE_TICK } from '../../../../shared/bus/topics.ts';
import type { Detour, MessageInTransit } from '../../in-process/index.ts';
import { inSeconds, type Scene } from './scene.ts';

/** Messages in the order in which they were published, the Scheduler's among them. */
interface WhichMessage {
  /** Any topic when left out. */
  readonly topic?: string;
  /** The how-manieth of them since the faults were armed, from 1. */
  readonly nth: number;
}

/**
 * A message is delivered again, however its first delivery went: at the same time (0, to another instance where there is
 * one), or so many seconds later, also when its step is long over.
 */
export interface Duplicate extends WhichMessage {
  readonly kind: 'duplicate';
  readonly againAfterSeconds: readonly number[];
}

/** A message comes so many seconds late. */
export interface LateMessage extends WhichMessage {
  readonly kind: 'late message';
  readonly seconds: number;
}

/** So many later messages overtake it; it comes after two minutes at the latest. */
export interface Overtaken extends WhichMessage {
  readonly kind: 'overtaken';
  readonly by: number;
}

/** A message's acknowledgement is lost: it was handled, and comes again. Counts acknowledgements. */
export interface LostAcknowledgement extends WhichMessage {
  readonly kind: 'lost acknowledgement';
}

/** Cloud Scheduler does not fire so many times in a row. */
export interface MissingTicks {
  readonly kind: 'missing ticks';
  /** The first of them, from 1. */
  readonly nth: number;
  readonly count: number;
}

export type MessageFault = Duplicate | LateMessage | Overtaken | LostAcknowledgement | MissingTicks;

export function armMessageFault(fault: MessageFault, scene: Scene): void {
  switch (fault.kind) {
    case 'duplicate':
      detour(scene, fault, () => {
        scene.struck(inSeconds(scene, Math.max(0, ...fault.againAfterSeconds)));
        return { againAfterSeconds: fault.againAfterSeconds };
      });
      return;
    case 'late message':
      detour(scene, fault, () => {
        scene.struck(inSeconds(scene, fault.seconds));
        return { held: scene.world.clock.sleep(fault.seconds * 1_000) };
      });
      return;
    case 'overtaken':
      detour(scene, fault, () => ({ held: overtaken(fault, scene) }));
      return;
    case 'lost acknowledgement':
      armLostAcknowledgement(fault, scene);
      return;
    case 'missing ticks':
      for (let index = 0; index < fault.count; index += 1) {
        detour(scene, { topic: MAINTENANCE_TICK, nth: fault.nth + index }, () => {
          scene.struck();
          return { lost: true };
        });
      }
  }
}

function detour(scene: Scene, which: WhichMessage, strike: () => Detour): void {
  const isMeant = counting(which);
  const end = scene.world.bus.onMessage((message) => {
    if (!isMeant(message)) return undefined;
    end();
    return strike();
  });
  scene.signal.addEventListener('abort', end, { once: true });
}

const LONGEST_OVERTAKING_SECONDS = 120;

function overtaken({ by }: Overtaken, scene: Scene): Promise<void> {
  const { bus, clock } = scene.world;
  const { promise, resolve } = Promise.withResolvers<void>();
  scene.struck(inSeconds(scene, LONGEST_OVERTAKING_SECONDS));
  let passed = 0;
  const end = bus.onMessage(() => {
    passed += 1;
    // A second behind the last of them: it has been delivered then.
    if (passed === by) void clock.sleep(1_000).then(resolve);
    return undefined;
  });
  void clock.sleep(LONGEST_OVERTAKING_SECONDS * 1_000).then(resolve);
  return promise.finally(end);
}

function armLostAcknowledgement(fault: LostAcknowledgement, scene: Scene): void {
  const isMeant = counting(fault);
  const end = scene.world.bus.onAcknowledgement((message) => {
    if (!isMeant(message)) return false;
    end();
    scene.struck();
    return true;
  });
  scene.signal.addEventListener('abort', end, { once: true });
}

function counting({ topic, nth }: WhichMessage): (message: MessageInTransit) => boolean {
  let seen = 0;
  return (message) => {
    if (topic !== undefined && message.topic !== topic) return false;
    seen += 1;
    return seen === nth;
  };
}
