import type { ConfigMap } from '../kinds/other.ts';
import type { IpFamily } from '../kinds/service.ts';
import { firstOfFamily } from '../object/addresses.ts';
import type { InForce } from './cni.ts';

/**
 * The families that Cilium gives to Pods on a node whose agent starts with this ConfigMap, with IPAM `kubernetes`. A pod CIDR
 * that is required and missing is fatal: the agent ends, and starts again and again. One that is missing and not required
 * is made up by the real agent, out of a range that nobody routes; here such a Pod gets none.
 */
export function ciliumInForce(configuration: ConfigMap | undefined, podCidrs: readonly string[]): InForce {
  const settings = configuration?.data;
  if (settings === undefined) return { starts: false, why: 'the ConfigMap cilium-config is missing' };
  const enabled = (['IPv4', 'IPv6'] as const).filter(
    (family) => (settings[`enable-${family.toLowerCase()}`] ?? DEFAULT[family]) === 'true',
  );
  const lacking = enabled.find(
    (family) => settings[`k8s-require-${family.toLowerCase()}-pod-cidr`] === 'true' && !has(podCidrs, family),
  );
  if (lacking !== undefined) {
    return { starts: false, why: `required ${lacking} pod CIDR not present in node resource` };
  }
  return { starts: true, families: enabled.filter((family) => has(podCidrs, family)) };
}

const DEFAULT: Readonly<Record<IpFamily, string>> = { IPv4: 'true', IPv6: 'true' };

function has(podCidrs: readonly string[], family: IpFamily): boolean {
  return firstOfFamily(podCidrs, family) !== undefined;
}
