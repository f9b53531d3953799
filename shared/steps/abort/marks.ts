/** What the way back must know again after a crash; left in the migration's marks, always before what it announces. */
export const ABORT_MARKS = {
  /** Of the request whose way back has begun: from then on what the way forward had proven counts no more. */
  begunFor: 'abort/begun-for',
  /** Since when a node is seen to have no route, and which: `<time> <node>`. Of several the first one is followed. */
  awaitedRoute: 'abort/awaited-route',
  /** Since when every node that stays was seen to have its route. */
  routedSince: 'abort/routed-since',
  /** Since when the cloud-controller-manager is Gardener's again, which may run it as the Shoot says. */
  handedBack: 'abort/handed-back',
  /** The instance whose alias went first, alone, and whose pods were reached without it. */
  firstReached: 'abort/first-reached',
  /** Instances whose alias was begun to be taken off and whose pods were not looked at since. */
  unchecked: 'abort/unchecked',
  /** Instances that were not reached without their alias, which is being given back. */
  unreached: 'abort/unreached',
} as const;

export type AbortMark = keyof typeof ABORT_MARKS;

type Marks = Readonly<Record<string, string>>;

/** A mark that was taken back is empty, and as good as never set. */
export function abortMarkIn(marks: Marks, name: AbortMark): string | undefined {
  return marks[ABORT_MARKS[name]] || undefined;
}

/** A mark that holds the names of instances. */
export function instancesIn(marks: Marks, name: AbortMark): readonly string[] {
  return abortMarkIn(marks, name)?.split(',') ?? [];
}
