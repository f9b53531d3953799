/** The steps of a migration in their order. The name is the durable key: topic, function and stored position. */
export const STEP_NAMES = [
  'enable-ipv6-subnets',
  'migrate-routes',
  'check-nodes',
  'configure-cni',
  'restart-coredns',
  'switch-kube-dns',
] as const;

export type StepName = (typeof STEP_NAMES)[number];

export function isStepName(text: string): text is StepName {
  return STEP_NAMES.some((name) => name === text);
}

/** The step after `step` in `order`, undefined after the last. */
export function nextStep(order: readonly StepName[], step: StepName): StepName | undefined {
  return order[order.indexOf(step) + 1];
}
