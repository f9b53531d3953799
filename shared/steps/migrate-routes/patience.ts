/**
 * How long this step waits and watches on purpose, in seconds. What the API calls done reaches the network's hosts some
 * time later, for which no figure is published (make-before-break.md §7): a single look right after a change would see
 * the state that is about to go.
 */
export const PATIENCE = {
  /** Between the overlap flag and the range, for the fabric to take the flag in (make-before-break.md §8, step 2). */
  overlapSettling: 60,
  /**
   * Every node is watched once the range is there. The self-check of make-before-break.md §9 proposes a minute; but until
   * all old nodes have their aliases a new VM may be given one of their ranges (§6.7), and what falls back to the routes
   * at all does so as soon as the range arrives.
   */
  rangeWatch: 20,
  /** A free block concerns no node; it is made sure of all the same. */
  freeRangeWatch: 10,
  /** A guest agent that takes an alias for its own does so within seconds (make-before-break.md §3). */
  firstAliasWatch: 15,
  /** Between two looks for the first node that comes with an alias: while it is looked at, others follow it. */
  firstSuccessorLook: 20,
  /** All nodes with their aliases beside their routes. */
  aliasesWatch: 5,
  /** Between reading an alias back and deleting its route: only while both stand, lateness does not matter. */
  aliasesSettling: 30,
  /** The first deletion shows whether the way works at all. */
  firstDeletionWatch: 20,
  /** What a batch's watch misses is found by the last watch, while routes can still come back. */
  batchWatch: 5,
  /** All nodes, once the last route is gone. */
  lastWatch: 20,
} as const;
