/** The steps of a migration in their order. The name is the durable key: topic, function and stored position. */
export const FORWARD_STEPS = [
  'preflight',
  'enable-ipv6-subnets',
  'migrate-routes',
  'check-nodes',
  'configure-cni',
  'restart-coredns',
  'switch-kube-dns',
] as const;

/** Makes the plan and changes nothing: it may run outside the maintenance window, and again until another step begins. */
export const PREFLIGHT = 'preflight';

/** The way back takes the place of the present step when an operator asks for it; no step follows. */
export const ABORT = 'abort';

/** Everything that can be a migration's present step. */
export const STEP_NAMES = [...FORWARD_STEPS, ABORT] as const;

export type StepName = (typeof STEP_NAMES)[number];

export function isStepName(text: string): text is StepName {
  return STEP_NAMES.some((name) => name === text);
}

/** The step after `step` in `order`, undefined after the last. */
export function nextStep(order: readonly StepName[], step: StepName): StepName | undefined {
  const index = order.indexOf(step);
  return index < 0 ? undefined : order[index + 1];
}
