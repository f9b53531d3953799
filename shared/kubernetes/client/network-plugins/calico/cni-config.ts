import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/**
 * The text of `cni_network_config` in Calico's ConfigMap, which its installer fills in on each node. It is JSON but for
 * placeholders that stand for numbers and so without quotes, such as `"mtu": __CNI_MTU__`.
 */
const conflistSchema = z.looseObject({
  plugins: z.array(z.looseObject({ type: z.string(), ipam: z.record(z.string(), z.unknown()).optional() })),
});

/**
 * The plugin hands out one address of each family out of the node's own pod CIDRs: IPv6 first, as Gardener orders them,
 * and without `subnet`, which would be a third range (gardener-core-flow.md §5.1).
 */
const DUAL_STACK_IPAM = {
  type: 'host-local',
  ranges: [[{ subnet: 'usePodCidrIPv6' }], [{ subnet: 'usePodCidr' }]],
  assign_ipv4: 'true',
  assign_ipv6: 'true',
};

/** A network configuration that is no list of CNI plugins with Calico among them. */
export class InvalidCniConfig extends Error {
  constructor(why: string, options?: ErrorOptions) {
    super(`cni_network_config: ${why}`, options);
    this.name = 'InvalidCniConfig';
  }
}

/** Addresses come from somewhere else than the node's pod CIDRs. */
export class OtherIpam extends InvalidCniConfig {}

/**
 * The configuration with dual-stack IPAM and all else as it was; the very same text when it is so already.
 *
 * @throws InvalidCniConfig; OtherIpam when the plugin's IPAM is not host-local.
 */
export function dualStackCniConfig(text: string): string {
  const conflist = parseConflist(text);
  const calico = conflist.plugins.find(({ type }) => type === 'calico');
  if (calico === undefined) throw new InvalidCniConfig('expected a plugin of type calico');
  // Another IPAM has given out addresses by its own book: to change it under running pods gives addresses twice.
  const type = calico.ipam?.type ?? 'none';
  if (type !== 'host-local') throw new OtherIpam(`ipam.type is ${String(type)}, expected host-local`);
  const { subnet: _, ...others } = calico.ipam ?? {};
  const ipam = { ...others, ...DUAL_STACK_IPAM };
  if (isDeepStrictEqual(ipam, calico.ipam)) return text;
  const plugins = conflist.plugins.map((plugin) => (plugin === calico ? { ...plugin, ipam } : plugin));
  return unquotePlaceholders(JSON.stringify({ ...conflist, plugins }, null, 2));
}

function parseConflist(text: string): z.output<typeof conflistSchema> {
  try {
    return conflistSchema.parse(JSON.parse(quotePlaceholders(text)));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : `expected JSON: ${String(error)}`;
    throw new InvalidCniConfig(why, { cause: error });
  }
}

const STRING_OR_PLACEHOLDER = /"(?:[^"\\]|\\.)*"|__[A-Z0-9_]+__/g;
const MARK = '(without quotes)';

function quotePlaceholders(text: string): string {
  return text.replace(STRING_OR_PLACEHOLDER, (token) =>
    token.startsWith('"') ? token : JSON.stringify(`${MARK}${token}`),
  );
}

function unquotePlaceholders(json: string): string {
  return json.replaceAll(new RegExp(`"${RegExp.escape(MARK)}(__[A-Z0-9_]+__)"`, 'g'), '$1');
}
