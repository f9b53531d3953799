import { rolloutPolicySchema } from '../../../shared/migration/rollout-policy.ts';
import { type Course, eachInItsWindow } from './course.ts';
import type { FleetOptions } from './fleet.ts';
import { inWaves } from './in-waves.ts';
import { incidentIn } from './incident.ts';
import type { FleetCommand } from './options.ts';
import { shootOrder } from './shoot-order.ts';
import type { WaveFigures } from './wave-watch.ts';

/** How a fleet is led, as the command wants it. */
export interface Led {
  readonly course: Course;
  readonly steps?: NonNullable<FleetOptions['steps']> | undefined;
  /** How its rollout went, where there is one. */
  readonly waves?: (() => WaveFigures) | undefined;
}

export function ledAs(command: FleetCommand): Led {
  const { shoots, nodes, seed, atOnce, canaries, perProject, perSeed, resumePerMinute } = command;
  if (atOnce === undefined) return { course: eachInItsWindow(seed) };
  const keyOf = (index: number) => shootOrder(index, { shoots, nodes }).key;
  const policy = rolloutPolicySchema.parse({
    atOnce,
    perProject,
    perSeed,
    canaries: Array.from({ length: Math.min(canaries, shoots) }, (_, index) => keyOf(index)),
  });
  const incident = command.incident ? incidentIn(keyOf(Math.floor(shoots / 2))) : undefined;
  const course = inWaves({ policy, incident, resumePerMinute });
  return { course, steps: incident?.steps, waves: () => course.watch().figures() };
}
