import { PAUSE, RESUME } from '../../../../shared/bus/topics.ts';
import { ABORT } from '../../../../shared/migration/steps.ts';
import { shoots } from '../../cluster/index.ts';
import { inSeconds, type Scene } from './scene.ts';
import { atMoment, type Moment } from './which.ts';

/**
 * An operator pauses the shoot, or its project or namespace, and lets it go on so many seconds later. Whoever does that looks
 * whether it does: the bus may turn the two messages round.
 */
export interface Paused {
  readonly kind: 'paused';
  readonly moment: Moment;
  readonly what: 'shoot' | 'project' | 'namespace';
  readonly forSeconds: number;
}

/** An operator wants the way back, perhaps more than once. */
export interface Aborted {
  readonly kind: 'aborted';
  readonly moment: Moment;
  readonly times: number;
}

/** An operator publishes the present step by hand, perhaps more than once, or a step that is not the present one. */
export interface Nudged {
  readonly kind: 'nudged';
  readonly moment: Moment;
  /** The present one when left out. */
  readonly step?: 'preflight' | 'migrate-routes' | 'check-nodes' | 'switch-kube-dns';
  readonly times: number;
}

/** The change of the shoot is told once more. */
export interface ChangedAgain {
  readonly kind: 'change told again';
  readonly moment: Moment;
}

/** Somebody wants the shoot left alone for so many seconds, in Gardener's own words: an annotation of the Shoot. */
export interface ShootStopped {
  readonly kind: 'shoot stopped';
  readonly moment: Moment;
  readonly by: 'ignore' | 'emergency-stop-reconciliations';
  readonly forSeconds: number;
}

export type OperatorFault = Paused | Aborted | Nudged | ChangedAgain | ShootStopped;

export function armOperatorFault(fault: OperatorFault, scene: Scene): void {
  atMoment(scene, fault.moment, () => strike(fault, scene));
}

function strike(fault: OperatorFault, scene: Scene): void {
  const { world } = scene;
  scene.struck();
  // A shoot's migration is steered by those who see one; that there is none is refused is tested elsewhere.
  const { migration } = world;
  switch (fault.kind) {
    case 'paused': {
      if (fault.what === 'shoot' && migration === undefined) return;
      const body = targetOf(fault, scene);
      scene.struck(inSeconds(scene, fault.forSeconds));
      void world.publish(PAUSE, body);
      void letGoOn(body, fault.forSeconds, scene);
      return;
    }
    case 'aborted':
      if (migration === undefined) return;
      repeat(fault.times, () => void world.publish(ABORT, { shoot: world.shoot.shoot.key }));
      return;
    case 'nudged': {
      if (migration === undefined) return;
      const step = fault.step ?? migration.position;
      repeat(fault.times, () => void world.publish(step, { shoot: world.shoot.shoot.key }));
      return;
    }
    case 'change told again':
      void world.changeShoot();
      return;
    case 'shoot stopped':
      scene.struck(inSeconds(scene, fault.forSeconds));
      annotate(scene, fault.by, 'true');
      void world.clock.sleep(fault.forSeconds * 1_000).then(() => annotate(scene, fault.by, null));
  }
}

function annotate({ world }: Scene, name: ShootStopped['by'], value: 'true' | null): void {
  const { namespace, name: shoot } = world.shoot.shoot;
  const body = { metadata: { annotations: { [`shoot.gardener.cloud/${name}`]: value } } };
  world.garden.api.patch(shoots, { namespace, name: shoot }, { kind: 'merge', body });
}

/** Longer than a message is ever kept back. */
const LOOK_AGAIN_MS = 9_000_000;

async function letGoOn(body: object, afterSeconds: number, { world, struck }: Scene): Promise<void> {
  await world.clock.sleep(afterSeconds * 1_000);
  await world.publish(RESUME, body);
  await world.clock.sleep(LOOK_AGAIN_MS);
  if (world.migration?.paused !== true) return;
  struck();
  await world.publish(RESUME, body);
}

function targetOf({ what }: Paused, { world }: Scene): object {
  const { key, namespace } = world.shoot.shoot;
  switch (what) {
    case 'shoot':
      return { shoot: key };
    case 'project':
      return { project: world.example.project };
    case 'namespace':
      return { namespace };
  }
}

function repeat(times: number, act: () => void): void {
  for (let time = 0; time < times; time += 1) act();
}
