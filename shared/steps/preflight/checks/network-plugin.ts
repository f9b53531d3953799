import { decideInstalled, pluginOf } from '../../configure-cni/installed.ts';
import { obstructed } from '../../configure-cni/obstacles.ts';
import { block, type Check, pass } from './check.ts';

/** The same is found by `configure-cni`, but then every node was replaced already. */
export const networkPluginIsAsStated: Check = ({ facts: { networkPlugin, target } }) => {
  if (networkPlugin === undefined) return undefined;
  const found = { networkType: target.networkType, installed: networkPlugin.installed };
  const plugin = pluginOf(found);
  if (plugin !== undefined) return pass(`the agents of ${plugin} run in the cluster, and no others`);
  const { message, remedy } = decideInstalled(found);
  return block('NetworkPluginDiffers', message, remedy);
};

/** Overlay and IPAM as they are in force: what the Shoot says may be younger than the last reconciliation, or not the whole. */
export const networkPluginIsReady: Check = ({ facts: { networkPlugin } }) => {
  if (networkPlugin === undefined) return undefined;
  if (networkPlugin.obstacles.length === 0) {
    return pass('the network plugin is configured for native routing by the pod CIDRs of the nodes');
  }
  const { message, remedy } = obstructed(networkPlugin.obstacles);
  return block('NetworkPluginObstructed', message, remedy);
};
