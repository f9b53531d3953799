/**
 * The port to proof: whether packets from other nodes arrive at a node's pods now. Read-backs show what the API
 * believes; this shows what the network does.
 */
export interface Reachability {
  /**
   * Sets up what looks, and takes in nodes that joined since. Resolves when it can tell something of all nodes that are
   * ready, or has waited long enough. May be repeated, and costs little then.
   */
  prepare(): Promise<void>;
  /**
   * Names of those nodes, out of the given ones, whose pods are not reached. Empty means all are. One look, without
   * patience: the caller says how often a node is looked at before it counts as lost.
   */
  unreached(
    nodes: readonly { readonly name: string; readonly podCidr: string }[],
  ): Promise<readonly string[]>;
  /** Takes away what {@link prepare} set up; nothing happens when it is gone. */
  remove(): Promise<void>;
}
