import type { Strategy } from '../../../../shared/migration/plan.ts';
import type { Random } from '../../random.ts';
import { CALLS, COMPUTE_MUTATIONS, REMOTE_CALLS } from './call-names.ts';
import type { Fault, FaultKind } from './fault.ts';
import type { Moment, Which } from './which.ts';

/** What random faults are for. */
export interface RandomFaultsOptions {
  readonly nodes: number;
  readonly strategy: Strategy;
  readonly instances: number;
  /** Names of the cloud's zones. */
  readonly zones: readonly string[];
  /** Most faults of a case; at least one is made. */
  readonly most: number;
  /** Every kind when left out. */
  readonly kinds?: readonly FaultKind[];
}

/** So many faults as chance has it, in no order of time: each lies in wait for its own moment. The same for the same numbers. */
export function randomFaults(random: Random, options: RandomFaultsOptions): readonly Fault[] {
  const draw = new Draw(random, options);
  const kinds = (options.kinds ?? KINDS).filter((kind) => options.nodes > 1 || !NEEDS_ANOTHER_NODE.has(kind));
  return Array.from({ length: draw.between(1, options.most) }, () => MAKERS[draw.oneOf(kinds)](draw));
}

/**
 * The cloud-controller-manager of this world runs on the shoot's own nodes, unlike Gardener's: one that goes with the only node
 * may never come back.
 */
const NEEDS_ANOTHER_NODE: ReadonlySet<FaultKind> = new Set([
  'cloud-controller-manager set back',
  'node not ready',
  'vm deleted',
  'vm removed',
  'vm replaced',
]);

/** Chance in the words of faults. */
class Draw {
  readonly options: RandomFaultsOptions;
  readonly #random: Random;

  constructor(random: Random, options: RandomFaultsOptions) {
    this.options = options;
    this.#random = random;
  }

  between(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  oneOf<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.#random() * items.length)];
    if (item === undefined) throw new RangeError('nothing to choose from');
    return item;
  }

  node(): number {
    return this.between(0, this.options.nodes - 1);
  }

  when(): 'before' | 'after' {
    return this.oneOf(['before', 'after']);
  }

  call(names: readonly string[] = Object.keys(CALLS)): Which {
    const calls = this.oneOf(names);
    return { calls, nth: this.between(1, CALLS[calls] ?? 1) };
  }

  /** Sometimes several in a row. */
  calls(names: readonly string[]): Which {
    return { ...this.call(names), ...(this.chance(0.3) && { count: this.between(2, 5) }) };
  }

  moment(): Moment {
    return this.chance(0.7) ? { atCall: this.call() } : { atSeconds: this.between(0, 1_000) };
  }
}

const CLUSTER_CALLS = REMOTE_CALLS.filter((name) => name.startsWith('cluster'));
const HTTP_CALLS = REMOTE_CALLS.filter((name) => /^(compute|cluster|garden)/.test(name));
const LISTS = REMOTE_CALLS.filter((name) => /\.(list|aggregatedList)$|^cluster list/.test(name));

/** What passes by itself, of any request and of those that change something. */
const REFUSALS = {
  compute: {
    any: [
      { status: 403, reason: 'rateLimitExceeded' },
      { status: 429, reason: 'rateLimitExceeded' },
      { status: 500, reason: 'internalError' },
      { status: 503, reason: 'backendError' },
    ],
    change: [
      { status: 412, reason: 'conditionNotMet' },
      { status: 400, reason: 'resourceNotReady' },
    ],
  },
  kubernetes: {
    any: [
      { status: 429, reason: 'TooManyRequests' },
      { status: 500, reason: 'InternalError' },
      { status: 503, reason: 'ServiceUnavailable' },
    ],
    change: [{ status: 409, reason: 'Conflict' }],
  },
};

function refusalsOf({ calls }: Which) {
  const { any, change } = REFUSALS[calls.startsWith('compute') ? 'compute' : 'kubernetes'];
  const changes = COMPUTE_MUTATIONS.includes(calls) || / patch /.test(calls);
  return changes ? [...any, ...change] : any;
}

const PORTS = ['documents', 'bus', 'compute', 'cluster', 'garden'] as const;

const MAKERS: { readonly [Kind in FaultKind]: (draw: Draw) => Extract<Fault, { kind: Kind }> } = {
  crash: (draw) => ({ kind: 'crash', atCall: draw.between(1, 650), when: draw.when() }),
  'crash at request': (draw) => ({ kind: 'crash at request', ...draw.call(), when: draw.when() }),
  standstill: (draw) => ({
    ...{ kind: 'standstill', ...draw.call(), when: draw.when() },
    seconds: draw.oneOf([20, 91, 120, 300, 700]),
  }),
  shutdown: (draw) => ({ kind: 'shutdown', ...draw.call(), graceSeconds: draw.between(0, 30) }),
  'wrong clock': (draw) => ({
    ...{ kind: 'wrong clock', moment: draw.moment(), instance: draw.between(0, draw.options.instances - 1) },
    ...{ aheadSeconds: draw.between(-120, 120), gainsMsPerSecond: draw.between(-20, 20) },
    forSeconds: draw.between(60, 3_600),
  }),
  'connection lost': (draw) => ({ kind: 'connection lost', ...draw.calls(REMOTE_CALLS), when: draw.when() }),
  refusal: (draw) => {
    const which = draw.calls(HTTP_CALLS);
    return {
      kind: 'refusal',
      ...which,
      ...draw.oneOf(refusalsOf(which)),
      effect: draw.chance(0.3) ? 'after' : 'none',
    };
  },
  'slow request': (draw) => ({
    kind: 'slow request',
    ...draw.calls(Object.keys(CALLS)),
    seconds: draw.between(1, 200),
  }),
  away: (draw) => ({
    kind: 'away',
    port: draw.oneOf(PORTS),
    from: draw.call(),
    seconds: draw.between(5, 600),
  }),
  'slow server': (draw) => ({
    ...{ kind: 'slow server', port: draw.oneOf(PORTS), from: draw.call() },
    ...{ seconds: draw.between(1, 20), forSeconds: draw.between(30, 600) },
  }),
  'small pages': (draw) => ({
    kind: 'small pages',
    calls: draw.oneOf(LISTS),
    nth: draw.between(1, 5),
    count: 50,
  }),
  'expired token': (draw) => ({
    kind: 'expired token',
    calls: 'cluster list',
    nth: draw.between(1, 100),
    count: 2,
  }),
  'operation fails': (draw) => ({
    ...{ kind: 'operation fails', ...draw.calls(COMPUTE_MUTATIONS) },
    ...draw.oneOf([
      { reason: 'INTERNAL_ERROR', status: 500 },
      { reason: 'RESOURCE_NOT_READY', status: 400 },
      { reason: 'RESOURCE_OPERATION_RATE_EXCEEDED', status: 429 },
    ]),
  }),
  'operation hangs': (draw) => ({
    kind: 'operation hangs',
    ...draw.call(COMPUTE_MUTATIONS),
    seconds: draw.oneOf([60, 300, 3_600]),
  }),
  'commit aborted': (draw) => ({ kind: 'commit aborted', ...draw.calls(['documents commit']) }),
  'commit repeated': (draw) => ({ kind: 'commit repeated', ...draw.call(['documents commit']) }),
  'late commit': (draw) => ({
    kind: 'late commit',
    ...draw.call(['documents commit']),
    seconds: draw.between(1, 60),
  }),
  'other writer': (draw) => ({ kind: 'other writer', ...draw.calls(['documents commit']) }),
  duplicate: (draw) => ({
    kind: 'duplicate',
    nth: draw.between(1, 40),
    againAfterSeconds: draw.oneOf([[0], [3], [95], [620], [3_600], [0, 0, 5]]),
  }),
  'late message': (draw) => ({
    kind: 'late message',
    nth: draw.between(1, 40),
    seconds: draw.oneOf([5, 120, 900, 7_200]),
  }),
  overtaken: (draw) => ({ kind: 'overtaken', nth: draw.between(1, 40), by: draw.between(1, 4) }),
  'lost acknowledgement': (draw) => ({ kind: 'lost acknowledgement', nth: draw.between(1, 40) }),
  'missing ticks': (draw) => ({
    kind: 'missing ticks',
    nth: draw.between(1, 20),
    count: draw.between(1, 20),
  }),
  'vm deleted': (draw) => ({ kind: 'vm deleted', moment: draw.moment(), node: draw.node() }),
  'vm replaced': (draw) => ({ kind: 'vm replaced', moment: draw.moment(), node: draw.node() }),
  'vm added': (draw) => ({ kind: 'vm added', moment: draw.moment(), count: draw.between(1, 2) }),
  'vm removed': (draw) => ({ kind: 'vm removed', moment: draw.moment(), node: draw.node() }),
  'foreign alias': (draw) => ({ kind: 'foreign alias', moment: draw.moment(), node: draw.node() }),
  'alias taken off': (draw) => ({
    ...{ kind: 'alias taken off', moment: draw.moment(), node: draw.node() },
    forSeconds: draw.between(10, 300),
  }),
  'foreign range': (draw) => ({ kind: 'foreign range', moment: draw.moment() }),
  'foreign route': (draw) => ({
    ...{ kind: 'foreign route', moment: draw.moment(), node: draw.node() },
    to: draw.oneOf(['elsewhere', 'free pod addresses', 'pod CIDR of a node']),
  }),
  'fingerprint changed': (draw) => ({
    kind: 'fingerprint changed',
    ...draw.calls(['compute instances.updateNetworkInterface', 'compute subnetworks.patch']),
  }),
  'alias comes first': (draw) => ({
    kind: 'alias comes first',
    ...draw.call(['compute instances.updateNetworkInterface']),
  }),
  'scope unreachable': (draw) => ({
    ...{ kind: 'scope unreachable', from: draw.call() },
    ...{ scope: `zones/${draw.oneOf(draw.options.zones)}`, seconds: draw.between(5, 300) },
  }),
  'node not ready': (draw) => ({
    ...{ kind: 'node not ready', moment: draw.moment(), node: draw.node() },
    forSeconds: draw.between(30, 300),
  }),
  'coredns crashes': (draw) => ({
    kind: 'coredns crashes',
    moment: draw.moment(),
    forSeconds: draw.between(30, 300),
  }),
  'one family twice': (draw) => ({
    kind: 'one family twice',
    moment: draw.moment(),
    forSeconds: draw.between(30, 600),
  }),
  'object changed': (draw) => ({
    kind: 'object changed',
    ...draw.calls(CLUSTER_CALLS.filter((name) => name.includes('patch'))),
  }),
  'shoot stopped': (draw) => ({
    ...{ kind: 'shoot stopped', moment: draw.moment() },
    by: draw.oneOf(['ignore', 'emergency-stop-reconciliations']),
    forSeconds: draw.between(30, 5_000),
  }),
  'shoot reconciled': (draw) => ({ kind: 'shoot reconciled', moment: draw.moment() }),
  'cloud-controller-manager set back': (draw) => ({
    kind: 'cloud-controller-manager set back',
    moment: draw.moment(),
  }),
  'route controller alive': (draw) => ({
    kind: 'route controller alive',
    moment: draw.moment(),
    forSeconds: draw.between(10, 120),
  }),
  paused: (draw) => ({
    ...{ kind: 'paused', moment: draw.moment() },
    ...{ what: draw.oneOf(['shoot', 'project', 'namespace']), forSeconds: draw.between(10, 7_200) },
  }),
  aborted: (draw) => ({ kind: 'aborted', moment: draw.moment(), times: draw.between(1, 2) }),
  nudged: (draw) => ({
    ...{ kind: 'nudged', moment: draw.moment(), times: draw.between(1, 3) },
    ...(draw.chance(0.3) && {
      step: draw.oneOf(['migrate-routes', 'check-nodes', 'switch-kube-dns'] as const),
    }),
  }),
  'change told again': (draw) => ({ kind: 'change told again', moment: draw.moment() }),
};

/** Every kind of fault. */
export const KINDS: readonly FaultKind[] = Object.values(MAKERS).map((make) => make(anything()).kind);

/** Any draw: only the kind of what is made is looked at. */
function anything(): Draw {
  return new Draw(() => 0, { nodes: 1, strategy: 'overlap', instances: 1, zones: ['zone'], most: 1 });
}
