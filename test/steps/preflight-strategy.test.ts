import { describe, expect, test } from 'vitest';
import { parseCidr } from '../../shared/migration/cidr.ts';
import { type Finding, STRATEGIES, type Strategy } from '../../shared/migration/plan.ts';
import { chooseStrategy, hearsOperators, type Options } from '../../shared/steps/preflight/strategy.ts';
import { AT, plan } from './preflight-scene.ts';

function options(changes: Partial<Options> = {}): Options {
  return {
    findings: [],
    wish: undefined,
    trafficLossAcknowledged: false,
    freeBlock: parseCidr('100.96.128.0/17'),
    neededBlocks: 32,
    pods: parseCidr('100.96.0.0/16'),
    gap: { nodes: 30, seconds: 26 },
    ...changes,
  };
}

function rulingOut(...strategies: Strategy[]): Finding {
  return {
    check: 'some-check',
    severity: 'warning',
    message: `Something is against ${strategies.join(' and ')}.`,
    rulesOut: strategies,
  };
}

const NO_BLOCK = { freeBlock: undefined } as const;

describe('the strategy', () => {
  test.each<[what: string, changes: Partial<Options>, strategy: Strategy, rolloverPossible: boolean]>([
    ['overlap when nothing speaks against it', {}, 'overlap', true],
    ['overlap also where no block is free', NO_BLOCK, 'overlap', false],
    ['rollover where overlap is ruled out', { findings: [rulingOut('overlap')] }, 'rollover', true],
    [
      'cutover where no block is free either',
      { findings: [rulingOut('overlap')], ...NO_BLOCK },
      'cutover',
      false,
    ],
    ['cutover where both are ruled out', { findings: [rulingOut('overlap', 'rollover')] }, 'cutover', false],
    ['rollover where it was asked for', { wish: 'rollover' }, 'rollover', true],
    ['cutover where it was asked for', { wish: 'cutover' }, 'cutover', true],
    ['overlap where it was asked for', { wish: 'overlap' }, 'overlap', true],
    [
      'overlap where rollover was asked for and does not fit',
      { wish: 'rollover', ...NO_BLOCK },
      'overlap',
      false,
    ],
    [
      'rollover where overlap was asked for and does not fit',
      { wish: 'overlap', findings: [rulingOut('overlap')] },
      'rollover',
      true,
    ],
  ])('is %s', (_what, changes, strategy, rolloverPossible) => {
    expect(chooseStrategy(options(changes))).toMatchObject({ strategy, rolloverPossible });
  });

  test('is said in a sentence, and of each other one in a sentence why not', () => {
    for (const wish of [undefined, ...STRATEGIES]) {
      for (const findings of [[], [rulingOut('overlap')], [rulingOut(...STRATEGIES)]]) {
        const { strategy, why, notTaken } = chooseStrategy(options({ wish, findings }));
        expect(notTaken.map((each) => each.strategy)).toEqual(STRATEGIES.filter((each) => each !== strategy));
        for (const sentence of [why, ...notTaken.map((each) => each.why)]) {
          expect(sentence).toMatch(/^[A-Z].*[^.]\.$/);
        }
      }
    }
  });
});

describe('a wish', () => {
  test('that fits is said to be followed', () => {
    const { why, findings, notTaken } = chooseStrategy(options({ wish: 'rollover' }));
    expect(why).toMatch(/^An operator asked for rollover, and it fits: .*100\.96\.128\.0\/17/);
    expect(notTaken[0]).toEqual({ strategy: 'overlap', why: 'It fits, but an operator asked for rollover.' });
    expect(findings).toContainEqual(expect.objectContaining({ check: 'wish-is-followed', severity: 'pass' }));
  });

  test('that does not fit blocks, and says why and what would fit', () => {
    const { why, findings } = chooseStrategy(options({ wish: 'rollover', ...NO_BLOCK }));
    expect(why).toMatch(
      /asked for rollover, which does not fit \(no free aligned block of 100\.96\.0\.0\/16.*\); with overlap/,
    );
    expect(findings).toContainEqual(
      expect.objectContaining({
        severity: 'block',
        reason: 'WishNotFollowed',
        message: expect.stringMatching(/the 32 nodes.*What fits is overlap\.$/),
      }),
    );
  });

  test('nobody had is not spoken of', () => {
    expect(chooseStrategy(options()).findings.map(({ check }) => check)).toEqual(['a-strategy-fits']);
  });
});

describe('cutover', () => {
  test('does not begin before somebody acknowledged the loss, whether it was asked for or is all that is left', () => {
    const left = { findings: [rulingOut('overlap', 'rollover')] };
    for (const changes of [{ wish: 'cutover' } as const, left]) {
      expect(chooseStrategy(options(changes)).findings).toContainEqual(
        expect.objectContaining({
          severity: 'block',
          reason: 'TrafficLossNotAcknowledged',
          message: expect.stringMatching(/30 nodes for some 26 s/),
          remedy: expect.stringMatching(/"acknowledgeTrafficLoss": true/),
        }),
      );
    }
  });

  test('begins once it is acknowledged', () => {
    const { strategy, findings } = chooseStrategy(
      options({ wish: 'cutover', trafficLossAcknowledged: true }),
    );
    expect(strategy).toBe('cutover');
    expect(findings.filter(({ severity }) => severity !== 'pass')).toEqual([]);
  });

  test('is not taken for being acknowledged alone', () => {
    expect(chooseStrategy(options({ trafficLossAcknowledged: true })).strategy).toBe('overlap');
  });
});

test('where nothing fits the migration is blocked, with what is against each', () => {
  const { findings, why } = chooseStrategy(
    options({ findings: [rulingOut('overlap', 'cutover')], ...NO_BLOCK }),
  );
  expect(why).toBe('No strategy fits as things are.');
  expect(findings).toContainEqual(
    expect.objectContaining({
      severity: 'block',
      reason: 'NoStrategyFits',
      message: expect.stringMatching(/overlap: Something is against.*rollover: no free.*cutover: Something/),
    }),
  );
});

test('a plan that was made before an operator spoke is told from one that heard it', () => {
  const asking = [
    { check: 'x', severity: 'block', reason: 'TrafficLossNotAcknowledged', message: 'x' } as const,
  ];
  const refused = [{ check: 'wish-is-followed', severity: 'block', message: 'x' } as const];
  expect(hearsOperators(plan())).toBe(true);
  expect(hearsOperators(plan({ wish: 'overlap' }))).toBe(true);
  expect(hearsOperators(plan({ wish: 'rollover' }))).toBe(false);
  expect(hearsOperators(plan({ wish: 'rollover', findings: refused }))).toBe(true);
  expect(hearsOperators(plan({ findings: asking }))).toBe(true);
  expect(hearsOperators(plan({ findings: asking, trafficLossAcknowledgedAt: AT }))).toBe(false);
});
