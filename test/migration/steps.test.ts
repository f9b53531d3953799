import { expect, test } from 'vitest';
import { isStepName, nextStep, STEP_NAMES, type StepName } from '../../shared/migration/steps.ts';
import { STEPS } from '../../shared/steps/index.ts';

test('the steps follow each other in the order of a migration, and the last one is followed by none', () => {
  const walked: StepName[] = [];
  for (
    let step: StepName | undefined = 'enable-ipv6-subnets';
    step !== undefined;
    step = nextStep(STEP_NAMES, step)
  ) {
    walked.push(step);
  }
  expect(walked).toEqual([
    'enable-ipv6-subnets',
    'migrate-routes',
    'check-nodes',
    'configure-cni',
    'restart-coredns',
    'switch-kube-dns',
  ]);
});

test('every step has an implementation of its name', () => {
  expect([...STEPS].map(([name, step]) => [name, step.name])).toEqual(STEP_NAMES.map((name) => [name, name]));
});

test('only a step’s exact name is one', () => {
  for (const text of ['', 'migrate', 'Migrate-Routes', 'migrate-routes ', '__proto__', 'constructor', '0']) {
    expect(isStepName(text)).toBe(false);
  }
});
