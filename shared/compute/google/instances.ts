import type { Compute, Instance } from '../compute.ts';
import { aggregatedList } from './aggregated.ts';
import type { Api } from './api.ts';
import { nameOf } from './links.ts';
import type { InstanceAnswer, ListedNics } from './nics.ts';
import { firstNicOf, instanceSchema } from './nics.ts';

/** Lists of instances, of all zones at once. Without a server-side filter: none is documented for NICs. */
export function googleInstances(api: Api, listed: ListedNics): Pick<Compute, 'instances' | 'countInstances'> {
  const list = (call: string, matters: (scope: string) => boolean) =>
    aggregatedList(api, call, {
      collection: 'instances',
      item: instanceSchema,
      client: api.clients.instances,
      matters,
    });

  return {
    async instances(subnet) {
      const all = await list(`instances.aggregatedList ${subnet}`, (scope) => mayHoldOurs(api, scope));
      const end = `/regions/${api.region}/subnetworks/${subnet}`;
      const inSubnet = all.filter(({ networkInterfaces }) =>
        networkInterfaces.some(({ subnetwork }) => `/${subnetwork ?? ''}`.endsWith(end)),
      );
      listed.replace(inSubnet);
      return inSubnet.map(instanceOfAnswer);
    },

    async countInstances(network) {
      const all = await list(`instances.aggregatedList ${network}`, () => true);
      return all.filter(({ networkInterfaces }) =>
        networkInterfaces.some((nic) => nameOf(nic.network ?? '') === network),
      ).length;
    },
  };
}

/** False only for what is surely a zone of another region: an outage there does not matter here. */
function mayHoldOurs({ region }: Api, scope: string): boolean {
  const zone = /(?:^|\/)zones\/([^/]+)$/.exec(scope)?.[1];
  return zone === undefined || zone.startsWith(`${region}-`);
}

function instanceOfAnswer(instance: InstanceAnswer): Instance {
  return {
    name: instance.name,
    zone: nameOf(instance.zone),
    aliases: firstNicOf(instance)?.aliases ?? [],
    running: instance.status === 'RUNNING',
  };
}
