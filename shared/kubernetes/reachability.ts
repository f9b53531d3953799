/**
 * The port to proof: whether packets from other nodes arrive at a node's pods now. Read-backs show what the API
 * believes; this shows what the network does.
 */
export interface Reachability {
  /** Names of those nodes, out of the given ones, whose pods are not reached. Empty means all are. */
  unreached(
    nodes: readonly { readonly name: string; readonly podCidr: string }[],
  ): Promise<readonly string[]>;
}
