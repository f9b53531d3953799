/** What the rollout of nodes must know again after a crash; left in the migration's marks, before the act that a mark announces, after the one that it counts. */
export const MARKS = {
  /** When Gardener was asked for a rollout, or one was last seen under way; also when a first node was handed over. */
  rolloutSeenAt: 'check-nodes/rollout-seen-at',
  /** How often Gardener agreed to roll which pool: `worker=1,gpu=2`. */
  rolloutsAsked: 'check-nodes/rollouts-asked',
  /** When Gardener was asked to bring the machine classes up to date before the first node is drained. */
  reconcileAskedAt: 'check-nodes/reconcile-asked-at',
  /** Since when nodes are drained, and how many were ready then: `2026-03-01T22:10:00.000Z 12`. Empty when none is. */
  drain: 'check-nodes/drain',
  /** When the first and the last node of this drain were handed to the machine controller. */
  handedOver: 'check-nodes/handed-over',
  /** When evictions were refused although the budgets had seemed to allow them, and of which pods. */
  refused: 'check-nodes/evictions-refused',
} as const;

/** As the machine-controller-manager pauses between two tries (`pkg/util/provider/drain`). */
export const EVICTION_RETRY_SECONDS = 20;

export const ROLLOUT_SEEN_AT = MARKS.rolloutSeenAt;

export type Marks = Readonly<Record<string, string>>;

/** Since when nodes are being replaced, so that there are dual-stack ones or soon will be; undefined before. */
export function rolloutBegunAt(marks: Marks): string | undefined {
  return marks[MARKS.rolloutSeenAt] || drainIn(marks)?.begunAt;
}

export function rolloutsAskedIn(marks: Marks): ReadonlyMap<string, number> {
  const entries = (marks[MARKS.rolloutsAsked] ?? '').split(',').filter((entry) => entry !== '');
  return new Map(
    entries.map((entry) => {
      const [pool = '', times] = entry.split('=');
      return [pool, Number(times)];
    }),
  );
}

/** The mark once these pools have been asked for one more time. */
export function askedOnceMore(marks: Marks, pools: readonly string[]): string {
  const asked = new Map(rolloutsAskedIn(marks));
  for (const pool of pools) asked.set(pool, (asked.get(pool) ?? 0) + 1);
  return [...asked].map(([pool, times]) => `${pool}=${times}`).join(',');
}

export interface Drain {
  readonly begunAt: string;
  /** Nodes that were ready then. */
  readonly nodes: number;
}

export function drainIn(marks: Marks): Drain | undefined {
  const [begunAt = '', nodes] = (marks[MARKS.drain] ?? '').split(' ');
  return begunAt === '' ? undefined : { begunAt, nodes: Number(nodes) };
}

/** Milliseconds since the epoch. */
export function handedOverIn(marks: Marks): { readonly first: number; readonly last: number } | undefined {
  const [first = '', last = ''] = (marks[MARKS.handedOver] ?? '').split(' ');
  return first === '' ? undefined : { first: Date.parse(first), last: Date.parse(last) };
}

/** The mark once these were refused too: who waits already waits with them, so that two halves never take turns without a pause. */
export function refusedOnceMore(marks: Marks, at: string, pods: readonly string[], seconds: number): string {
  const earlier = refusedIn(marks, Date.parse(at), seconds);
  return `${at} ${[...new Set([...earlier, ...pods])].join(',')}`;
}

/** Pods whose eviction was refused within the last so many seconds. */
export function refusedIn(marks: Marks, now: number, seconds: number): ReadonlySet<string> {
  const [at = '', pods = ''] = (marks[MARKS.refused] ?? '').split(' ');
  const isRecent = at !== '' && now - Date.parse(at) < seconds * 1000;
  return new Set(isRecent ? pods.split(',') : []);
}
