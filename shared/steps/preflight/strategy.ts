import type { Cidr } from '../../migration/cidr.ts';
import { type Finding, type Plan, STRATEGIES, type Strategy } from '../../migration/plan.ts';
import type { Reason } from './reasons.ts';

/** What the choice depends on, beside the findings. */
export interface Options {
  readonly findings: readonly Finding[];
  readonly wish: Strategy | undefined;
  readonly trafficLossAcknowledged: boolean;
  /** The block out of which `rollover` would give new nodes their pod CIDRs. */
  readonly freeBlock: Cidr | undefined;
  /** Blocks of the pod CIDR that all new nodes of a rollover take. */
  readonly neededBlocks: number;
  readonly pods: Cidr;
  /** Nodes that `cutover` takes traffic from, and for how long it is expected to. */
  readonly gap: { readonly nodes: number; readonly seconds: number };
}

export interface Choice extends Pick<Plan, 'strategy' | 'why' | 'notTaken' | 'rolloverPossible'> {
  /** What there is to say about the choice itself, as findings of checks of its own. */
  readonly findings: readonly Finding[];
}

/**
 * The operator's wish if it fits, else the first that does in the order of {@link STRATEGIES}: the fewer nodes lose anything
 * by it, the earlier. Pure.
 */
export function chooseStrategy(options: Options): Choice {
  const obstacles = new Map(STRATEGIES.map((strategy) => [strategy, obstacleTo(strategy, options)]));
  const fitting = STRATEGIES.filter((strategy) => obstacles.get(strategy) === undefined);
  const { wish } = options;
  const wishFits = wish !== undefined && fitting.includes(wish);
  const strategy = (wishFits ? wish : fitting[0]) ?? 'overlap';
  const refusedWish = wish === undefined || wishFits ? undefined : { wish, why: obstacles.get(wish) ?? '' };
  return {
    strategy,
    why: whyTaken(strategy, { fits: fitting.length > 0, wishFits, refusedWish }, options),
    notTaken: STRATEGIES.filter((other) => other !== strategy).map((other) => ({
      strategy: other,
      why: whyNotTaken(other, obstacles.get(other), strategy, wishFits, options),
    })),
    rolloverPossible: fitting.includes('rollover'),
    findings: [
      fits(strategy, obstacles, fitting),
      ...(wish === undefined ? [] : [wishFollowed(wish, strategy, refusedWish?.why)]),
      ...(strategy === 'cutover' ? [acknowledged(options)] : []),
    ],
  };
}

/** Why this strategy cannot be followed; undefined when it can. */
function obstacleTo(strategy: Strategy, options: Options): string | undefined {
  const against = options.findings.filter(({ rulesOut }) => rulesOut?.includes(strategy) === true);
  if (against.length > 0) return against.map(({ message }) => clause(message)).join('; ');
  if (strategy !== 'rollover' || options.freeBlock !== undefined) return undefined;
  return `no free aligned block of ${options.pods} holds the pod CIDRs of the ${options.neededBlocks} nodes that come in a rollout`;
}

function advantage(strategy: Strategy, { freeBlock, gap }: Options): string {
  switch (strategy) {
    case 'overlap':
      return 'every node keeps its route until its alias was read back, and no node is replaced for it';
    case 'rollover':
      return `nothing changes for a running node, its successor gets its pod CIDR out of ${freeBlock}, which nothing uses`;
    case 'cutover':
      return `it needs neither hybrid routing nor free addresses, at the price of some ${gap.seconds} s without pod traffic`;
  }
}

function disadvantage(strategy: Strategy, { freeBlock, gap }: Options): string {
  switch (strategy) {
    case 'overlap':
      return 'it relies on hybrid routing while routes and aliases overlap';
    case 'rollover':
      return `every node would have to be replaced before the routes are gone, and ${freeBlock} would stay the pods' range`;
    case 'cutover':
      return `the pods of ${gap.nodes} nodes would not be reached for some ${gap.seconds} s`;
  }
}

function whyTaken(
  strategy: Strategy,
  {
    fits: anyFits,
    wishFits,
    refusedWish,
  }: { fits: boolean; wishFits: boolean; refusedWish: Refused | undefined },
  options: Options,
): string {
  if (!anyFits) return 'No strategy fits as things are.';
  const reason = advantage(strategy, options);
  if (wishFits) return `An operator asked for ${strategy}, and it fits: ${reason}.`;
  if (refusedWish !== undefined) {
    return `An operator asked for ${refusedWish.wish}, which does not fit (${refusedWish.why}); with ${strategy} ${reason}.`;
  }
  return `With ${strategy} ${reason}.`;
}

interface Refused {
  readonly wish: Strategy;
  readonly why: string;
}

function whyNotTaken(
  other: Strategy,
  obstacle: string | undefined,
  taken: Strategy,
  byWish: boolean,
  options: Options,
): string {
  if (obstacle !== undefined) return `It does not fit: ${obstacle}.`;
  const preferred = STRATEGIES.indexOf(other) < STRATEGIES.indexOf(taken);
  if (byWish && preferred) return `It fits, but an operator asked for ${taken}.`;
  return `It fits, but ${disadvantage(other, options)}.`;
}

function fits(
  strategy: Strategy,
  obstacles: ReadonlyMap<Strategy, string | undefined>,
  fitting: readonly Strategy[],
): Finding {
  const check = 'a-strategy-fits';
  if (fitting.length > 0)
    return { check, severity: 'pass', message: `${strategy}; fitting: ${fitting.join(', ')}` };
  const why = [...obstacles].map(([each, obstacle]) => `${each}: ${obstacle}`).join('. ');
  return {
    check,
    severity: 'block',
    reason: 'NoStrategyFits' satisfies Reason,
    message: `None of the strategies fits. ${why}.`,
    remedy: 'Clear away what rules out one of them.',
  };
}

function wishFollowed(wish: Strategy, taken: Strategy, why: string | undefined): Finding {
  const check = WISH_CHECK;
  if (why === undefined) return { check, severity: 'pass', message: `${wish}, as an operator asked for` };
  return {
    check,
    // Whoever asked for it had a reason: another strategy is not theirs to be surprised by.
    severity: 'block',
    reason: 'WishNotFollowed' satisfies Reason,
    message: `${wish} was asked for and does not fit: ${why}. What fits is ${taken}.`,
    remedy: `Clear that away, or publish preflight with "strategy": "${taken}".`,
  };
}

/** Name of the check that speaks of the operator's wish. */
const WISH_CHECK = 'wish-is-followed';

/** Whether the plan takes into account all that operators have said: they may speak while it is being made. */
export function hearsOperators({ wish, strategy, trafficLossAcknowledgedAt, findings }: Plan): boolean {
  const unheardWish =
    wish !== undefined && wish !== strategy && !findings.some(({ check }) => check === WISH_CHECK);
  const stillAsking = findings.some(
    ({ reason }) => reason === ('TrafficLossNotAcknowledged' satisfies Reason),
  );
  return !unheardWish && !(stillAsking && trafficLossAcknowledgedAt !== undefined);
}

function acknowledged({ trafficLossAcknowledged, gap }: Options): Finding {
  const check = 'traffic-loss-is-acknowledged';
  if (trafficLossAcknowledged) {
    return {
      check,
      severity: 'pass',
      message: 'an operator acknowledged that pod traffic is lost for a while',
    };
  }
  return {
    check,
    severity: 'block',
    reason: 'TrafficLossNotAcknowledged' satisfies Reason,
    message: `cutover takes pod traffic from ${gap.nodes} nodes for some ${gap.seconds} s, and nobody has agreed to that.`,
    remedy:
      'Publish preflight with "acknowledgeTrafficLoss": true if the owner agrees, or ask for another strategy.',
  };
}

/** A sentence without its full stop, to go on after it. */
function clause(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
