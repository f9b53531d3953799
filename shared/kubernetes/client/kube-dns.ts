import type { V1EndpointSlice, V1Service } from '@kubernetes/client-node';
import { familyOfAddress, type IpFamily } from '../../migration/cidr.ts';
import type { KubeDns } from '../cluster.ts';
import { ClusterRefused } from '../errors.ts';
import { wasAnswered } from './answers.ts';
import type { ApiServer } from './api-server.ts';
import { allPages } from './pages.ts';

const namespace = 'kube-system';
const name = 'kube-dns';
const OBJECT = `Service ${namespace}/${name}`;

export function kubeDns(api: ApiServer): KubeDns {
  async function makeDualStackWith(preferredIpv6: string | undefined): Promise<void> {
    await api.change({
      object: OBJECT,
      kind: 'merge',
      read: (options) => api.core.readNamespacedService({ namespace, name }, options),
      patchOf: (service) => dualStackPatch(service, preferredIpv6),
      send: (body, options) => api.core.patchNamespacedService({ namespace, name, body }, options),
    });
  }

  return {
    async state() {
      const service = await api.get(OBJECT, (options) =>
        api.core.readNamespacedService({ namespace, name }, options),
      );
      const labelSelector = `kubernetes.io/service-name=${name}`;
      const slices = await allPages(api, `list EndpointSlices of ${OBJECT}`, (page, options) =>
        api.discovery.listNamespacedEndpointSlice({ ...page, namespace, labelSelector }, options),
      );
      return {
        clusterIps: clusterIpsOf(service),
        endpoints: { IPv4: readyEndpoints(slices, 'IPv4'), IPv6: readyEndpoints(slices, 'IPv6') },
      };
    },

    async makeDualStack(preferredIpv6) {
      try {
        await makeDualStackWith(preferredIpv6);
      } catch (error) {
        // Taken by another Service, or outside the range. Were something else invalid, it is so without the address too.
        if (!wasAnswered(error, 422)) throw error;
        await makeDualStackWith(undefined);
      }
    },
  };
}

/** The IPv4 address stays the first: pods and kubelets know it. Undefined when the Service has both families. */
function dualStackPatch(service: V1Service, preferredIpv6: string | undefined) {
  const clusterIps = clusterIpsOf(service);
  const [first = 'none', second] = clusterIps;
  if (familyOfAddress(first) !== 'IPv4') {
    throw new ClusterRefused(OBJECT, 'Invalid', `its first cluster IP is ${first}, expected an IPv4 address`);
  }
  if (second !== undefined) return undefined;
  return {
    spec: {
      ipFamilyPolicy: 'PreferDualStack',
      ipFamilies: ['IPv4', 'IPv6'],
      ...(preferredIpv6 !== undefined && { clusterIPs: [first, preferredIpv6] }),
    },
  };
}

function clusterIpsOf({ spec }: V1Service): readonly string[] {
  return spec?.clusterIPs ?? (spec?.clusterIP ? [spec.clusterIP] : []);
}

/** An endpoint whose readiness is not known counts as ready, as the API defines it. */
function readyEndpoints(slices: readonly V1EndpointSlice[], family: IpFamily): number {
  return slices
    .filter(({ addressType }) => addressType === family)
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready ?? true).length;
}
