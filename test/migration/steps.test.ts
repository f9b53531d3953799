import { expect, test } from 'vitest';
import {
  FORWARD_STEPS,
  isStepName,
  nextStep,
  STEP_NAMES,
  type StepName,
} from '../../shared/migration/steps.ts';
import { STEPS } from '../../shared/steps/index.ts';

test('the steps follow each other in the order of a migration, and the last one is followed by none', () => {
  const walked: StepName[] = [];
  for (
    let step: StepName | undefined = 'preflight';
    step !== undefined;
    step = nextStep(FORWARD_STEPS, step)
  ) {
    walked.push(step);
  }
  expect(walked).toEqual([
    'preflight',
    'enable-ipv6-subnets',
    'migrate-routes',
    'check-nodes',
    'configure-cni',
    'restart-coredns',
    'switch-kube-dns',
  ]);
});

test('no step follows the way back', () => {
  expect(nextStep(FORWARD_STEPS, 'abort')).toBeUndefined();
});

test('every step has an implementation of its name', () => {
  expect([...STEPS].map(([name, step]) => [name, step.name])).toEqual(STEP_NAMES.map((name) => [name, name]));
});

test('only a step’s exact name is one', () => {
  for (const text of ['', 'migrate', 'Migrate-Routes', 'migrate-routes ', '__proto__', 'constructor', '0']) {
    expect(isStepName(text)).toBe(false);
  }
});
