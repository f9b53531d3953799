import { TARGET } from '../fixtures.ts';
import { blocks, type Examples } from './example.ts';

const overlay = {
  kind: 'overlay',
  message: 'IPPool p encapsulates (ipipMode Always, vxlanMode Never), expected Never',
} as const;

/** Of the checks in `checks/network-plugin.ts`. */
export const NETWORK_PLUGIN = {
  'network-plugin-is-as-stated': {
    passing: {
      target: { ...TARGET, networkType: 'cilium' },
      networkPlugin: { installed: ['cilium'], obstacles: [] },
    },
    failing: [
      blocks('NetworkPluginDiffers', /says calico, but kube-system has the DaemonSet cilium/, {
        networkPlugin: { installed: ['cilium'], obstacles: [] },
      }),
      blocks('NetworkPluginDiffers', /has the DaemonSets calico-node and cilium/, {
        networkPlugin: { installed: ['calico', 'cilium'], obstacles: [] },
      }),
      blocks('NetworkPluginDiffers', /has no DaemonSet calico-node or cilium/, {
        networkPlugin: { installed: [], obstacles: [] },
      }),
    ],
  },
  'network-plugin-is-ready': {
    failing: [
      blocks('NetworkPluginObstructed', /IPPool p encapsulates/, {
        networkPlugin: { installed: ['calico'], obstacles: [overlay] },
      }),
    ],
  },
} as const satisfies Readonly<Record<string, Examples>>;
