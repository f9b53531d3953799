import type { Ports } from '../../../shared/engine/ports.ts';
import type { Step } from '../../../shared/engine/step.ts';
import { FORWARD_STEPS, type StepName } from '../../../shared/migration/steps.ts';

/** Steps that are done as soon as they run: what is left is claim, record and next nudge. */
export const SMALL_STEPS: ReadonlyMap<StepName, Step> = new Map(
  FORWARD_STEPS.map((name) => [
    name,
    { name, round: async () => ({ kind: 'done', summary: 'nothing to do' }) },
  ]),
);

/** They ask nobody. */
export const smallPorts = new Proxy<Ports>(Object.create(null), {
  get: (_, port) => {
    // An async function looks for this one when it returns the object.
    if (port === 'then') return undefined;
    throw new Error(`a step that does nothing asked for ${String(port)}`);
  },
});
