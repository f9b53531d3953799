import { z } from 'zod';
import type { ConfigMap } from '../kinds/other.ts';
import type { Container, Pod } from '../kinds/pod.ts';
import type { IpFamily } from '../kinds/service.ts';
import { loose } from '../object/object.ts';

const CNI_CONFIG_KEY = 'cni_network_config';
const AGENT = 'calico-node';

const networkConfig = loose({
  plugins: z.array(
    loose({
      type: z.string(),
      ipam: loose({
        type: z.string(),
        subnet: z.string().optional(),
        ranges: z.array(z.array(loose({ subnet: z.string() }))).optional(),
        assign_ipv4: z.string().optional(),
        assign_ipv6: z.string().optional(),
      }).optional(),
    }),
  ),
});

/**
 * The families that Calico gives to Pods on a node, once this calico-node Pod runs there with this ConfigMap: IPv6
 * needs the CNI plugin to assign it (`usePodCidrIPv6` in the host-local ranges, `assign_ipv6`) and the agent to route
 * it (`IP6=autodetect`, `FELIX_IPV6SUPPORT=true`).
 */
export function calicoFamilies(agent: Pod, configuration: ConfigMap | undefined): readonly IpFamily[] {
  const text = configuration?.data?.[CNI_CONFIG_KEY] ?? '';
  const container = agent.spec.containers.find(({ name }) => name === AGENT);
  const agentReady =
    variable(container, 'IP6') === 'autodetect' && variable(container, 'FELIX_IPV6SUPPORT') === 'true';
  return agentReady && assignsIpv6(text) ? ['IPv4', 'IPv6'] : ['IPv4'];
}

function variable(container: Container | undefined, name: string): string | undefined {
  return container?.env?.find((entry) => entry.name === name)?.value;
}

function assignsIpv6(text: string): boolean {
  const ipam = readNetworkConfig(text)?.plugins.find((plugin) => plugin.type === 'calico')?.ipam;
  if (ipam?.type !== 'host-local' || ipam.assign_ipv6 !== 'true') return false;
  return ipam.ranges?.flat().some((range) => range.subnet === 'usePodCidrIPv6') === true;
}

/** Read as calico's installer leaves it: `__CNI_MTU__` and the like stand bare in the text until it fills them in. */
function readNetworkConfig(text: string): z.infer<typeof networkConfig> | undefined {
  try {
    return networkConfig.parse(JSON.parse(text.replaceAll(/(?<!")__[A-Z0-9_]+__(?!")/g, '0')));
  } catch {
    return undefined;
  }
}
