import type { AliasRange, Compute, InstanceName } from '../compute.ts';
import { ComputeRefused } from '../errors.ts';
import type { Api } from './api.ts';
import { sendAsWritten } from './as-written.ts';
import type { FirstNic, ListedNics } from './nics.ts';
import { firstNicOf, instanceSchema, isSameAlias } from './nics.ts';

/** Changes of the aliases of an instance's first NIC. The list is replaced as a whole, so the others are sent again. */
export function googleAliases(api: Api, listed: ListedNics): Pick<Compute, 'addAlias' | 'removeAlias'> {
  return {
    async addAlias(instance, alias) {
      await api.whileStale(async () => {
        const nic = await nicToChange(instance, (present) => !carries(present, alias));
        if (nic !== undefined) await addTo(nic, instance, alias);
      });
    },

    async removeAlias(instance, alias) {
      await api.whileStale(async () => {
        const nic = await nicToChange(instance, (present) => carries(present, alias));
        if (nic !== undefined) await removeFrom(nic, instance, alias);
      });
    },
  };

  /** The NIC as listed if that calls for the change, else as it is now; undefined when there is nothing to change. */
  async function nicToChange(
    instance: InstanceName,
    isWanted: (present: FirstNic) => boolean,
  ): Promise<FirstNic | undefined> {
    const remembered = listed.take(instance);
    if (remembered !== undefined && isWanted(remembered)) return remembered;
    const present = await readFirstNic(api, instance);
    return isWanted(present) ? present : undefined;
  }

  /** Nothing but fingerprint and aliases: other fields of a NIC are refused when they are in the body (§3.1). */
  async function addTo(nic: FirstNic, { name, zone }: InstanceName, alias: AliasRange): Promise<void> {
    const request = {
      project: api.project,
      zone,
      instance: name,
      networkInterface: nic.name,
      networkInterfaceResource: {
        fingerprint: nic.fingerprint,
        aliasIpRanges: [...nic.aliases, alias].map(asSent),
      },
    };
    await api.change(`instances.updateNetworkInterface ${name}`, async (requestId, options) =>
      (await api.clients.instances()).updateNetworkInterface({ ...request, requestId }, options),
    );
  }

  async function removeFrom(nic: FirstNic, { name, zone }: InstanceName, alias: AliasRange): Promise<void> {
    const others = nic.aliases.filter((other) => !isSameAlias(other, alias));
    const call = `instances.updateNetworkInterface ${name}`;
    await api.change(call, (requestId, options) =>
      sendAsWritten(
        api,
        call,
        {
          path: ['projects', api.project, 'zones', zone, 'instances', name, 'updateNetworkInterface'],
          query: { networkInterface: nic.name, requestId },
          body: { fingerprint: nic.fingerprint, aliasIpRanges: others.map(asSent) },
        },
        options,
      ),
    );
  }
}

async function readFirstNic(api: Api, { name, zone }: InstanceName): Promise<FirstNic> {
  const call = `instances.get ${name}`;
  const [answer] = await api.read(call, async (options) =>
    (await api.clients.instances()).get({ project: api.project, zone, instance: name }, options),
  );
  const nic = firstNicOf(api.understood(call, instanceSchema, answer));
  if (nic === undefined) throw new ComputeRefused(call, 'answerNotUnderstood', 'the instance has no NIC');
  return nic;
}

function carries({ aliases }: FirstNic, alias: AliasRange): boolean {
  return aliases.some((other) => isSameAlias(other, alias));
}

function asSent({ range, rangeName }: AliasRange) {
  return { ipCidrRange: range, ...(rangeName !== undefined && { subnetworkRangeName: rangeName }) };
}
