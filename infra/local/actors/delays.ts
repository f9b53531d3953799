/**
 * How long what the actors do takes, in simulated milliseconds. What the simulators take for their own part
 * (operations, pods that start and stop) is theirs and comes on top.
 */
export interface ActorDelays {
  /** From RUNNING until the VM's kubelet registers its Node. */
  readonly boot: number;
  /** From pod CIDR and CNI in place until the kubelet says Ready. */
  readonly ready: number;
  /** From a new node's being available until it counts as live without having any pod yet. */
  readonly settling: number;
  /** From the end of one leading cloud-controller-manager pod until the next one leads. */
  readonly leaderElection: number;
  /** `--route-reconciliation-period`. */
  readonly routePass: number;
  /** How long a kubelet may be silent before its Node's conditions become Unknown. */
  readonly nodeGrace: number;
  /** Pause after an eviction that a PodDisruptionBudget refused. */
  readonly evictionRetry: number;
  /** After this long a drain deletes what it could not evict. */
  readonly drainTimeout: number;
  /** A machine that has not joined by then is replaced. */
  readonly machineCreationTimeout: number;
  /** A machine whose node has been unhealthy for so long is replaced. */
  readonly machineHealthTimeout: number;
  /** gardenlet's infrastructure and control plane parts of a reconciliation. */
  readonly infrastructure: number;
  readonly controlPlane: number;
  /** From the API server's new arguments until it serves with them. */
  readonly apiServerRestart: number;
  /** First and longest pause of a controller after an error. */
  readonly retryFirst: number;
  readonly retryLongest: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/**
 * Periods and time-outs are the components' defaults, where make-before-break.md §6 names them; boot, ready
 * and gardenlet's parts are estimates of what a GCP shoot shows.
 */
export const REALISTIC_DELAYS: ActorDelays = {
  boot: 40 * SECOND,
  ready: 5 * SECOND,
  settling: 10 * SECOND,
  leaderElection: 15 * SECOND,
  routePass: 10 * SECOND,
  nodeGrace: 40 * SECOND,
  evictionRetry: 20 * SECOND,
  drainTimeout: 120 * MINUTE,
  machineCreationTimeout: 20 * MINUTE,
  machineHealthTimeout: 10 * MINUTE,
  infrastructure: 30 * SECOND,
  controlPlane: 30 * SECOND,
  apiServerRestart: 60 * SECOND,
  retryFirst: 250,
  retryLongest: 15 * SECOND,
};

/** What only costs time is short; the periods and time-outs that decide what happens stay as they are. */
export const FAST_DELAYS: ActorDelays = {
  ...REALISTIC_DELAYS,
  boot: SECOND,
  ready: 200,
  leaderElection: SECOND,
  evictionRetry: 2 * SECOND,
  infrastructure: SECOND,
  controlPlane: SECOND,
  apiServerRestart: 5 * SECOND,
};
