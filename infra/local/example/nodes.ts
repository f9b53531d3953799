import { parseCidr } from 'cidr-tools';
import type { NetworkPluginName } from '../../../shared/migration/network-plugins.ts';

/** Name of the one worker pool that all nodes of an example cluster belong to. */
export const EXAMPLE_POOL = 'worker';

/** What the Compute Engine scenario and the Kubernetes scenario of one example cluster agree on. */
export interface ExampleCluster {
  readonly project: string;
  readonly region: string;
  readonly zones: readonly string[];
  /** Gardener's technical ID; names of network, subnets, routes and instances derive from it. */
  readonly technicalId: string;
  /** The VPC: the owner's own, or named like the cluster. */
  readonly network: string;
  readonly nodesCidr: string;
  readonly podsCidr: string;
  readonly servicesCidr: string;
  readonly internalCidr: string;
  readonly kubernetesVersion: string;
  readonly networkPlugin: NetworkPluginName;
  readonly nodes: readonly ExampleNode[];
}

export interface ExampleNode {
  /** Name of the instance and of the Node. */
  readonly name: string;
  /** UID of the Node object; its pod route is named after it. */
  readonly uid: string;
  readonly zone: string;
  readonly internalIp: string;
  readonly podCidr: string;
}

export interface ExampleOptions {
  readonly nodes: number;
  readonly technicalId?: string;
  readonly network?: string;
  readonly project?: string;
  readonly region?: string;
  readonly nodesCidr?: string;
  readonly podsCidr?: string;
  readonly servicesCidr?: string;
  readonly internalCidr?: string;
  readonly kubernetesVersion?: string;
  /** Calico when left out. */
  readonly networkPlugin?: NetworkPluginName;
}

/**
 * An IPv4 cluster of `nodes` nodes spread over three zones, every pod CIDR a /24 in order.
 *
 * @throws RangeError when a range is too small for so many nodes.
 */
export function exampleCluster(options: ExampleOptions): ExampleCluster {
  const region = options.region ?? 'europe-west1';
  const zones = ['b', 'c', 'd'].map((letter) => `${region}-${letter}`);
  const technicalId = options.technicalId ?? 'shoot--core--api';
  const nodesCidr = options.nodesCidr ?? '10.250.0.0/16';
  const podsCidr = options.podsCidr ?? '100.96.0.0/11';
  checkRoom('nodes', nodesCidr, BigInt(options.nodes) + 4n);
  checkRoom('pods', podsCidr, BigInt(options.nodes) * POD_BLOCK);
  const nodes = Array.from({ length: options.nodes }, (_, index): ExampleNode => {
    const zoneIndex = index % zones.length;
    return {
      name: `${technicalId}-worker-z${zoneIndex + 1}-${suffix(index)}`,
      uid: uid(index),
      zone: zones[zoneIndex] ?? region,
      internalIp: ipv4(parseCidr(nodesCidr).start + BigInt(index + 2)),
      podCidr: `${ipv4(parseCidr(podsCidr).start + BigInt(index) * POD_BLOCK)}/24`,
    };
  });
  return {
    project: options.project ?? 'example-project',
    region,
    zones,
    technicalId,
    network: options.network ?? technicalId,
    nodesCidr,
    podsCidr,
    servicesCidr: options.servicesCidr ?? '100.64.0.0/13',
    internalCidr: options.internalCidr ?? '10.243.0.0/24',
    kubernetesVersion: options.kubernetesVersion ?? '1.34.2',
    networkPlugin: options.networkPlugin ?? 'calico',
    nodes,
  };
}

/** Addresses of a /24, Gardener's default size of a node's pod CIDR. */
const POD_BLOCK = 256n;

function checkRoom(which: string, cidr: string, needed: bigint): void {
  const { start, end } = parseCidr(cidr);
  if (end - start + 1n < needed) {
    throw new RangeError(`the ${which} range ${cidr} is too small: ${needed} addresses are needed`);
  }
}

/** Five characters as the machine controller appends them, the same for the same index. */
function suffix(index: number): string {
  return ((index + 1) * 7_368_787).toString(36).padStart(5, '0').slice(-5);
}

function uid(index: number): string {
  return `6e0c1a52-77f0-4c3e-8b1d-${(index + 1).toString(16).padStart(12, '0')}`;
}

export function ipv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
}
