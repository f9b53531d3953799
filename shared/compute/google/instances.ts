import { z } from 'zod';
import type { AliasRange, Compute, Instance, InstanceName } from '../compute.ts';
import { ComputeRefused, ComputeUnavailable } from '../errors.ts';
import type { Api, RequestOptions } from './api.ts';
import { nameOf } from './links.ts';
import { allPages, PAGE_SIZE, refuseIncomplete, warningSchema } from './pages.ts';

const nicSchema = z.object({
  name: z.string(),
  fingerprint: z.string(),
  subnetwork: z.string().nullish(),
  aliasIpRanges: z
    .array(z.object({ ipCidrRange: z.string(), subnetworkRangeName: z.string().nullish() }))
    .default([]),
});

const instanceSchema = z.object({
  name: z.string(),
  zone: z.string(),
  status: z.string().nullish(),
  networkInterfaces: z.array(nicSchema).default([]),
});

const aggregatedListSchema = z.object({
  items: z
    .record(z.string(), z.object({ instances: z.array(instanceSchema).default([]), warning: warningSchema }))
    .default({}),
  unreachables: z.array(z.string()).default([]),
  warning: warningSchema,
});

/** What a change of the first NIC's aliases starts from. */
interface KnownNic {
  readonly name: string;
  readonly fingerprint: string;
  readonly aliases: readonly AliasRange[];
}

/** Instances and the aliases of their first NICs. */
export function googleInstances(api: Api): Pick<Compute, 'instances' | 'addAlias'> {
  /**
   * NICs as the last list showed them, so that adding aliases to a thousand nodes does not first read each of them again.
   * That this memory may be out of date is safe: the API compares the fingerprint, and a NIC that was changed since
   * answers 412. An entry is used once, and only to send a change; that an alias is there already, where the API checks
   * nothing, is never concluded from it.
   */
  let known = new Map<string, KnownNic>();

  return {
    async instances(subnet) {
      const all = await listInstances(api, `instances.aggregatedList ${subnet}`);
      const end = `/regions/${api.region}/subnetworks/${subnet}`;
      const inSubnet = all.filter(({ networkInterfaces }) =>
        networkInterfaces.some(({ subnetwork }) => `/${subnetwork ?? ''}`.endsWith(end)),
      );
      known = new Map(inSubnet.flatMap(knownNicEntry));
      return inSubnet.map(instanceOfAnswer);
    },

    async addAlias(instance, alias) {
      await api.whileStale(async () => {
        const remembered = known.get(keyOf(instance));
        known.delete(keyOf(instance));
        const usable = remembered !== undefined && !carries(remembered, alias);
        const nic = usable ? remembered : await readFirstNic(api, instance);
        if (!carries(nic, alias)) await sendAliases(api, instance, nic, [...nic.aliases, alias]);
      });
    },
  };
}

/**
 * Over all zones at once. The typed method of the client yields items only and drops `unreachables`, so the one below it
 * is called, which hands over the whole answer. Without a server-side filter: none is documented for NICs.
 */
async function listInstances(api: Api, call: string): Promise<z.output<typeof instanceSchema>[]> {
  const { project, clients } = api;
  return await allPages(
    api,
    call,
    async (pageToken, options) => {
      const client = await clients.instances();
      const list = client.innerApiCalls.aggregatedList;
      if (list === undefined)
        throw new ComputeRefused(call, 'noSuchMethod', 'the client cannot list instances');
      const request = { project, maxResults: PAGE_SIZE, ...(pageToken !== undefined && { pageToken }) };
      const answer: unknown = await list(request, options);
      return Array.isArray(answer) ? answer[2] : undefined;
    },
    (answer) => {
      const { items, unreachables, warning } = api.understood(call, aggregatedListSchema, answer);
      refuseIncomplete(call, warning);
      const unreachable = unreachables.filter((scope) => mayHoldOurs(api, scope));
      if (unreachable.length > 0) {
        throw new ComputeUnavailable(call, `the list is incomplete without ${unreachable.join(', ')}`);
      }
      return Object.entries(items).flatMap(([scope, { instances, warning: ofScope }]) => {
        if (mayHoldOurs(api, scope)) refuseIncomplete(call, ofScope);
        return instances;
      });
    },
  );
}

/** False only for what is surely a zone of another region: an outage there does not matter here. */
function mayHoldOurs({ region }: Api, scope: string): boolean {
  const zone = /(?:^|\/)zones\/([^/]+)$/.exec(scope)?.[1];
  return zone === undefined || zone.startsWith(`${region}-`);
}

async function readFirstNic(api: Api, { name, zone }: InstanceName): Promise<KnownNic> {
  const call = `instances.get ${name}`;
  const [answer] = await api.read(call, async (options) =>
    (await api.clients.instances()).get({ project: api.project, zone, instance: name }, options),
  );
  const [nic] = api.understood(call, instanceSchema, answer).networkInterfaces.map(knownNic);
  if (nic === undefined) throw new ComputeRefused(call, 'answerNotUnderstood', 'the instance has no NIC');
  return nic;
}

/** Nothing but fingerprint and aliases: other fields of a NIC are refused when they are in the body (§3.1). */
async function sendAliases(
  api: Api,
  { name, zone }: InstanceName,
  nic: KnownNic,
  aliases: readonly AliasRange[],
): Promise<void> {
  const request = {
    project: api.project,
    zone,
    instance: name,
    networkInterface: nic.name,
    networkInterfaceResource: {
      fingerprint: nic.fingerprint,
      aliasIpRanges: aliases.map(({ range, rangeName }) => ({
        ipCidrRange: range,
        ...(rangeName !== undefined && { subnetworkRangeName: rangeName }),
      })),
    },
  };
  await api.change(`instances.updateNetworkInterface ${name}`, async (requestId, options: RequestOptions) =>
    (await api.clients.instances()).updateNetworkInterface({ ...request, requestId }, options),
  );
}

function instanceOfAnswer(instance: z.output<typeof instanceSchema>): Instance {
  const [nic] = instance.networkInterfaces.map(knownNic);
  return {
    name: instance.name,
    zone: nameOf(instance.zone),
    aliases: nic?.aliases ?? [],
    running: instance.status === 'RUNNING',
  };
}

function knownNicEntry(instance: z.output<typeof instanceSchema>): [string, KnownNic][] {
  const [nic] = instance.networkInterfaces.map(knownNic);
  return nic === undefined ? [] : [[keyOf({ name: instance.name, zone: nameOf(instance.zone) }), nic]];
}

function knownNic({ name, fingerprint, aliasIpRanges }: z.output<typeof nicSchema>): KnownNic {
  const aliases = aliasIpRanges.map(({ ipCidrRange, subnetworkRangeName }) => ({
    range: withPrefixLength(ipCidrRange),
    rangeName: subnetworkRangeName ?? undefined,
  }));
  return { name, fingerprint, aliases };
}

function carries({ aliases }: KnownNic, { range, rangeName }: AliasRange): boolean {
  return aliases.some((alias) => alias.range === withPrefixLength(range) && alias.rangeName === rangeName);
}

/** A single address comes back with or without its /32 (gcp-compute-semantics.md §3.2). */
function withPrefixLength(range: string): string {
  return range.includes('/') ? range : `${range}/32`;
}

function keyOf({ zone, name }: InstanceName): string {
  return `${zone}/${name}`;
}
