/** The network plugins that can be taken to dual-stack, by the names that `spec.networking.type` has for them. */
export const NETWORK_PLUGINS = ['calico', 'cilium'] as const;
export type NetworkPluginName = (typeof NETWORK_PLUGINS)[number];

/** Undefined for a plugin of which nothing is known here. */
export function networkPluginNamed(type: string): NetworkPluginName | undefined {
  return NETWORK_PLUGINS.find((name) => name === type);
}
