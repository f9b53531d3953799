/** What this step must know again after a crash; left in the migration's marks, always before the act that it announces. */
export const MARKS = {
  /** Something looks at the data plane, and has to be taken away at the end. */
  probe: 'migrate-routes/probe',
  overlapAllowedAt: 'migrate-routes/overlap-allowed-at',
  /** The range was added and every node watched since: it took nobody's traffic. */
  rangeProvenAt: 'migrate-routes/range-proven-at',
  /** The range took traffic, from these nodes: it has to go again, and another strategy to be followed. */
  rangeHarmed: 'migrate-routes/range-harmed',
  /** The node that got the first alias, alone, and was reached with it. */
  firstAliasReached: 'migrate-routes/first-alias-reached',
  /** Set while aliases are being added, until the nodes that have them were looked at. */
  uncheckedAliases: 'migrate-routes/unchecked-aliases',
  firstRoute: 'migrate-routes/first-route',
  firstNodeReached: 'migrate-routes/first-node-reached',
  /** Names of the batch whose deletion was begun and whose nodes were not looked at since. */
  uncheckedRoutes: 'migrate-routes/unchecked-routes',
  /** Instances that were found not reached and whose routes are being created again. */
  unreachedInstances: 'migrate-routes/unreached-instances',
  allNodesReached: 'migrate-routes/all-nodes-reached',
} as const;

export type Mark = keyof typeof MARKS;

/** A mark that was taken back is empty, and as good as never set. */
export function markIn(marks: Readonly<Record<string, string>>, name: Mark): string | undefined {
  return marks[MARKS[name]] || undefined;
}

/** A mark that holds names. */
export function namesIn(marks: Readonly<Record<string, string>>, name: Mark): readonly string[] {
  return markIn(marks, name)?.split(',') ?? [];
}
