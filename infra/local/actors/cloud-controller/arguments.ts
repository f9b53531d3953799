import { parseCidr } from 'cidr-tools';
import type { Pod } from '../../cluster/kinds/pod.ts';

/** What a cloud-controller-manager process does, by its arguments. */
export interface CloudControllerArguments {
  readonly clusterName: string;
  readonly configureCloudRoutes: boolean;
  readonly allocateNodeCidrs: boolean;
  readonly cidrAllocatorType: string;
  /** The IPv4 one; undefined when there is none. */
  readonly clusterCidr: string | undefined;
  readonly nodeMaskSize: number;
  /** Both families among the service ranges: the CloudAllocator then wants both of every node. */
  readonly dualStack: boolean;
}

/**
 * Reads the arguments as the process itself does: the last of several wins, a switch without a value is on.
 * Defaults are the component's own, but for the cluster's name, which Gardener's chart always sets to the
 * technical ID.
 */
export function cloudControllerArguments(
  pod: Pick<Pod, 'spec'>,
  technicalId: string,
): CloudControllerArguments {
  const flags = new Map(
    pod.spec.containers.flatMap((container) =>
      flagsOf([...(container.command ?? []), ...(container.args ?? [])]),
    ),
  );
  const cidrs = (flag: string) => (flags.get(flag) ?? '').split(',').filter((cidr) => cidr !== '');
  const number = (flag: string, fallback: number) => Number(flags.get(flag) ?? fallback);
  return {
    clusterName: flags.get('cluster-name') ?? technicalId,
    configureCloudRoutes: isOn(flags.get('configure-cloud-routes'), true),
    allocateNodeCidrs: isOn(flags.get('allocate-node-cidrs'), false),
    cidrAllocatorType: flags.get('cidr-allocator-type') ?? 'RangeAllocator',
    clusterCidr: cidrs('cluster-cidr').find((cidr) => parseCidr(cidr).version === 4),
    nodeMaskSize: number('node-cidr-mask-size-ipv4', number('node-cidr-mask-size', 24)),
    dualStack: new Set(cidrs('service-cluster-ip-range').map((cidr) => parseCidr(cidr).version)).size === 2,
  };
}

/** `--name=value`, `--name value` and `--name`, in their order. */
function flagsOf(words: readonly string[]): [string, string][] {
  return words.flatMap((word, index): [string, string][] => {
    const [, name, , value] = /^--?([^=]+)(=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) return [];
    const next = words[index + 1];
    if (value !== undefined) return [[name, value]];
    return [[name, next === undefined || next.startsWith('-') ? 'true' : next]];
  });
}

function isOn(value: string | undefined, fallback: boolean): boolean {
  return value === undefined
    ? fallback
    : value !== 'false' && value !== '0' && value !== 'f' && value !== 'F';
}
