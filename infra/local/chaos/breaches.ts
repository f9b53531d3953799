/** What a chaos run is judged by, each with what it stands for. */
export const BREACHES = {
  NotEnded: 'Every migration ends: succeeded, or led back where that was asked for.',
  TrafficLost: 'No live node is unreached; with a cutover only within its gap.',
  RoutesLeft: 'Once a migration succeeded, no pod route is left.',
  RouteDeletedTwice: 'Each pod route that there was is deleted once.',
  ForeignRouteGone: 'Routes that are not the cluster’s pod routes stay.',
  NotLedBack: 'Where the way back was taken, every node has its pod route and the nodes subnet is as it was.',
  SubnetNotDualStack: 'The nodes subnet is dual-stack and allows no overlap any more.',
  KubeDns: 'kube-dns keeps its IPv4 address and has one of each family; led back it is as it was.',
  ConstraintsLeft: 'No constraint is left.',
  StartedTwice: 'One change of a shoot starts one migration.',
  CoreDnsRestarts: 'CoreDNS is restarted once in a migration.',
  DeadLetter: 'A dead letter’s deliveries all failed because instances were struck, and it is on record.',
  Refusal: 'No message is refused: all of them were well-formed.',
  DiedByItself: 'An instance ends by our signals only, and with exit code 0 when it was asked to.',
  SlowDrain:
    'An instance that was asked to end does so within Cloud Run’s ten seconds, times the slowness of the machine.',
  ErrorLine: 'An instance that was left alone writes no line of level error.',
  Memory: 'An instance does not need more and more memory.',
  LeftBehind: 'No process is left behind.',
} as const;
export type BreachName = keyof typeof BREACHES;

export interface Breach {
  readonly breach: BreachName;
  /** The shoot that it concerns. */
  readonly shoot?: string;
  /** What was seen. */
  readonly message: string;
}
