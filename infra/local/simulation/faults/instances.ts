import { inSeconds, type Scene } from './scene.ts';
import { atMoment, befall, type Moment, type Which } from './which.ts';

/**
 * The instance that makes the call stands still, as under SIGSTOP or a long collection of garbage, and goes on so many
 * seconds later as if nothing had been: before the request is sent (it goes out late then), or when its effect came and the
 * answer lies there unread. Longer than the lease, others take over meanwhile.
 */
export interface Standstill extends Which {
  readonly kind: 'standstill';
  readonly when: 'before' | 'after';
  readonly seconds: number;
}

/** The instance that makes the call is asked to end, as by SIGTERM when it is scaled in, and killed so many seconds later. */
export interface Shutdown extends Which {
  readonly kind: 'shutdown';
  readonly graceSeconds: number;
}

/** An instance's clock is wrong: ahead (behind when negative) of the world's, and gaining on it (losing when negative). */
export interface WrongClock {
  readonly kind: 'wrong clock';
  readonly moment: Moment;
  /** Place of the instance among those that take turns, from 0. */
  readonly instance: number;
  readonly aheadSeconds: number;
  readonly gainsMsPerSecond: number;
  /** Until it is set right, at once; left out: never. */
  readonly forSeconds?: number;
}

export type InstanceFault = Standstill | Shutdown | WrongClock;

export function armInstanceFault(fault: InstanceFault, scene: Scene): void {
  switch (fault.kind) {
    case 'standstill':
      armStandstill(fault, scene);
      return;
    case 'shutdown':
      armShutdown(fault, scene);
      return;
    case 'wrong clock':
      armWrongClock(fault, scene);
      return;
  }
}

function armStandstill(fault: Standstill, scene: Scene): void {
  const { clock } = scene.world;
  befall(scene, fault, () => async ({ carryOut, instance }) => {
    const stop = () => {
      instance.standStillUntil(clock.sleep(fault.seconds * 1_000));
      scene.struck(inSeconds(scene, fault.seconds));
    };
    if (fault.when === 'before') {
      stop();
      return await instance.survived(carryOut);
    }
    try {
      return await carryOut();
    } finally {
      stop();
    }
  });
}

function armShutdown(fault: Shutdown, scene: Scene): void {
  const { clock, instances } = scene.world;
  befall(scene, fault, () => ({ carryOut, instance: life }) => {
    const until = inSeconds(scene, fault.graceSeconds);
    scene.struck(until);
    instances()
      .find((instance) => instance.life === life)
      ?.shutDown();
    void clock.sleep(fault.graceSeconds * 1_000).then(() => life.end());
    return carryOut();
  });
}

function armWrongClock(fault: WrongClock, scene: Scene): void {
  const { clock, instanceClocks } = scene.world;
  const { instance, aheadSeconds, gainsMsPerSecond, forSeconds } = fault;
  atMoment(scene, fault.moment, () => {
    instanceClocks.set(instance, { aheadMs: aheadSeconds * 1_000, gainsMsPerSecond });
    scene.struck(forSeconds === undefined ? undefined : inSeconds(scene, forSeconds));
    if (forSeconds === undefined) return;
    void clock.sleep(forSeconds * 1_000).then(() => instanceClocks.set(instance, undefined));
  });
}
