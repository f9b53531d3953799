import type { NetworkPluginName } from '../../migration/network-plugins.ts';
import { NETWORK_PLUGINS, networkPluginNamed } from '../../migration/network-plugins.ts';
import type { Outcome } from '../../migration/outcome.ts';
import { outcomesFor } from '../outcomes.ts';
import type { Reason } from './reasons.ts';

const { blocked } = outcomesFor<Reason>();

type Blocked = Extract<Outcome, { kind: 'blocked' }>;

interface Found {
  /** `spec.networking.type` of the Shoot. */
  readonly networkType: string;
  readonly installed: readonly NetworkPluginName[];
}

/** The plugin that is there, if it is the one that the Shoot says, and alone. */
export function pluginOf({ networkType, installed }: Found): NetworkPluginName | undefined {
  const expected = networkPluginNamed(networkType);
  return installed.length === 1 && installed[0] === expected ? expected : undefined;
}

/** What is wrong with the plugins that are there. */
export function decideInstalled({ networkType, installed }: Found): Blocked {
  const known = NETWORK_PLUGINS.map((name) => AGENTS[name]).join(' or ');
  const found = installed.map((name) => AGENTS[name]).join(' and ');
  const said = `The Shoot says ${networkType}`;
  if (installed.length === 0) {
    return blocked(
      'NetworkPluginMissing',
      `${said}, but kube-system has no DaemonSet ${known}.`,
      'Let Gardener bring the network plugin back, or install its agents where Gardener does, then publish the step again.',
    );
  }
  if (installed.length > 1) {
    return blocked(
      'NetworkPluginUnclear',
      `${said}, and kube-system has the DaemonSets ${found}.`,
      'Remove what is left of the plugin that is not in use, then publish the step again.',
    );
  }
  return blocked(
    'NetworkPluginDiffers',
    `${said}, but kube-system has the DaemonSet ${found}.`,
    'Clear up which of the two is right. The plugin of a running shoot is not changed from here.',
  );
}

const AGENTS: Readonly<Record<NetworkPluginName, string>> = { calico: 'calico-node', cilium: 'cilium' };
