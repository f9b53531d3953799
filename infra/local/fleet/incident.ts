import type { Step } from '../../../shared/engine/step.ts';
import type { StepName } from '../../../shared/migration/steps.ts';
import { STEPS } from '../../../shared/steps/index.ts';

/** Something that goes wrong with one shoot, until somebody mends it. */
export interface Incident {
  /** The shoot's key. */
  readonly shoot: string;
  /** The product's own steps, one of which blocks that shoot. */
  readonly steps: ReadonlyMap<StepName, Step>;
  mend(): void;
}

const STEP: StepName = 'configure-cni';

/**
 * The step that configures the network plugin blocks this shoot: late, when much was changed and no traffic depends on what
 * follows.
 */
export function incidentIn(shoot: string): Incident {
  const own = STEPS.get(STEP);
  if (own === undefined) throw new Error(`there is no step ${STEP}`);
  let isMended = false;
  const blocking: Step = {
    name: STEP,
    round: async (run) =>
      isMended || run.migration.shoot.key !== shoot
        ? await own.round(run)
        : {
            kind: 'blocked',
            reason: 'ConfigurationContradicts',
            message:
              'An object of the network plugin contradicts what it is to become (an incident that was ordered).',
            remedy: 'Mend it, then publish the step again.',
          },
  };
  return {
    shoot,
    steps: new Map([...STEPS, [STEP, blocking]]),
    mend: () => {
      isMended = true;
    },
  };
}
