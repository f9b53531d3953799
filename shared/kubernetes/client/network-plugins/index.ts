import type { NetworkPluginName } from '../../../migration/network-plugins.ts';
import { NETWORK_PLUGINS } from '../../../migration/network-plugins.ts';
import type { NetworkPlugin } from '../../network-plugin.ts';
import type { ApiServer } from '../api-server.ts';
import { calico } from './calico/calico.ts';
import { cilium } from './cilium/cilium.ts';
import type { ConfigurablePlugin } from './configurable-plugin.ts';

/** The port {@link NetworkPlugin}: which plugin is there is seen by its agents' DaemonSet in `kube-system`. */
export function networkPlugins(api: ApiServer): NetworkPlugin {
  const plugins: Readonly<Record<NetworkPluginName, ConfigurablePlugin>> = {
    calico: calico(api),
    cilium: cilium(api),
  };
  return {
    async installed() {
      const found = await Promise.all(NETWORK_PLUGINS.map((name) => plugins[name].isInstalled()));
      return NETWORK_PLUGINS.filter((_, index) => found[index]);
    },
    obstacles: (name) => plugins[name].obstacles(),
    state: (name, ranges) => plugins[name].state(ranges),
    configure: (name, ranges) => plugins[name].configure(ranges),
  };
}
