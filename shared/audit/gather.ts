import { mergeCidr } from 'cidr-tools';
import pLimit from 'p-limit';
import type { z } from 'zod';
import { hostOf, rangesOf } from './addresses.ts';
import type { AuditedCluster } from './cluster.ts';
import { type ClusterRanges, type FactName, type Facts, nodeAddressesOf, podCidrsOf } from './facts.ts';
import type { VpcFirewall } from './firewall.ts';
import { KINDS, type Kind, type KindName, type Listed, OTHER_POLICIES } from './kinds.ts';
import type { LookUp } from './names.ts';
import { Notes } from './notes.ts';
import type { Node, Pod } from './objects/workloads.ts';
import { namesToAsk } from './published-names.ts';
import type { AuditReport } from './report/schema.ts';
import { isDualStackService } from './services.ts';

export interface GatherOptions {
  /** The firewall of the nodes' network; without it nothing is said of who gets in. */
  readonly firewall?: VpcFirewall;
  /** Asks the DNS; without it names are not looked up. */
  readonly lookUp?: LookUp;
}

/** What was looked at and what was not, beside the facts themselves. */
export interface Gathered extends Pick<AuditReport, 'lookedAt' | 'notLookedAt'> {
  readonly facts: Facts;
  /** Why a fact is absent. */
  readonly absent: ReadonlyMap<FactName, string>;
}

const LISTS_AT_ONCE = 6;

/**
 * Reads everything that rules look at. What cannot be had is said, and the rest goes on; only a cluster that gives no answer at all
 * ends it.
 *
 * @throws what `AuditedCluster.version` throws.
 */
export async function gather(cluster: AuditedCluster, options: GatherOptions): Promise<Gathered> {
  const notes = new Notes();
  const [listed, shootInfo] = await Promise.all([
    listAll(cluster, notes),
    cluster.configMap('kube-system', 'shoot-info'),
  ]);
  const facts: Facts = {
    ...listed,
    apiServer: hostOf(cluster.server),
    gardener: shootInfo !== undefined || (listed.nodes ?? []).some(isOfAWorkerPool),
    dualStackServices: await dualStackServices(cluster, listed),
    ranges: rangesFrom(shootInfo, listed),
    networkPlugin: networkPluginOf(listed.pods ?? []),
  };
  const firewall = await notes.firewall(options.firewall);
  const names = await notes.names(namesToAsk(facts), options.lookUp);
  const { lookedAt, notLookedAt, absent } = notes;
  return {
    facts: { ...facts, ...(firewall && { firewall }), ...(names && { names }) },
    lookedAt,
    notLookedAt,
    absent,
  };
}

async function listAll(cluster: AuditedCluster, notes: Notes): Promise<Listed> {
  const limit = pLimit(LISTS_AT_ONCE);
  const list = <Schema extends z.ZodType>(fact: KindName, kind: Kind<Schema>) =>
    limit(() => notes.listed(cluster, fact, kind));
  const others = Object.values(OTHER_POLICIES).map((kind) => limit(() => notes.counted(cluster, kind)));
  const lists = {
    nodes: list('nodes', KINDS.nodes),
    pods: list('pods', KINDS.pods),
    services: list('services', KINDS.services),
    endpointSlices: list('endpointSlices', KINDS.endpointSlices),
    networkPolicies: list('networkPolicies', KINDS.networkPolicies),
    ingresses: list('ingresses', KINDS.ingresses),
    validatingWebhooks: list('validatingWebhooks', KINDS.validatingWebhooks),
    mutatingWebhooks: list('mutatingWebhooks', KINDS.mutatingWebhooks),
    apiServices: list('apiServices', KINDS.apiServices),
    crds: list('crds', KINDS.crds),
    dnsEntries: list('dnsEntries', KINDS.dnsEntries),
    dnsEndpoints: list('dnsEndpoints', KINDS.dnsEndpoints),
  };
  await Promise.all([...Object.values(lists), ...others]);
  return {
    nodes: await lists.nodes,
    pods: await lists.pods,
    services: await lists.services,
    endpointSlices: await lists.endpointSlices,
    networkPolicies: await lists.networkPolicies,
    ingresses: await lists.ingresses,
    validatingWebhooks: await lists.validatingWebhooks,
    mutatingWebhooks: await lists.mutatingWebhooks,
    apiServices: await lists.apiServices,
    crds: await lists.crds,
    dnsEntries: await lists.dnsEntries,
    dnsEndpoints: await lists.dnsEndpoints,
  };
}

function isOfAWorkerPool({ metadata }: Node): boolean {
  return metadata.labels['worker.gardener.cloud/pool'] !== undefined;
}

/** A Service that has both shows it; only where none has, the API server is asked. */
async function dualStackServices(
  cluster: AuditedCluster,
  { services = [] }: Listed,
): Promise<Facts['dualStackServices']> {
  return services.some(isDualStackService) ? 'yes' : await cluster.dualStackServices();
}

/** Gardener writes down its shoot's networks; elsewhere the nodes and what they were given tell (gardener-core-flow.md §4). */
function rangesFrom(
  shootInfo: Readonly<Record<string, string>> | undefined,
  { nodes = [] }: Listed,
): ClusterRanges {
  const written = ['nodeNetworks', 'podNetworks', 'nodeNetwork', 'podNetwork'].flatMap((key) =>
    (shootInfo?.[key] ?? '').split(','),
  );
  const given = nodes.flatMap((node) => [
    ...podCidrsOf(node),
    ...nodeAddressesOf(node).map((address) => `${address}/${address.includes(':') ? 128 : 32}`),
  ]);
  const known = (family: 'IPv4' | 'IPv6') => {
    const ranges = rangesOf(written, family);
    return ranges.length > 0 ? [...new Set(ranges)] : rangesOf(mergeCidr(rangesOf(given, family)), family);
  };
  return { ipv4: known('IPv4'), ipv6: known('IPv6') };
}

function networkPluginOf(pods: readonly Pod[]): Facts['networkPlugin'] {
  const agents = new Set(
    pods
      .filter(({ metadata }) => metadata.namespace === 'kube-system')
      .map(({ metadata }) => metadata.labels['k8s-app']),
  );
  if (agents.has('cilium')) return 'cilium';
  return agents.has('calico-node') ? 'calico' : undefined;
}
