import type { V1EndpointSlice, V1Service } from '@kubernetes/client-node';
import { familyOfAddress } from '../../migration/cidr.ts';
import type { ClusterIpAnswer, KubeDns } from '../cluster.ts';
import { ClusterRefused, ClusterUnavailable } from '../errors.ts';
import { wasAnswered } from './answers.ts';
import type { ApiServer } from './api-server.ts';
import { allPages } from './pages.ts';

const namespace = 'kube-system';
const name = 'kube-dns';
const OBJECT = `Service ${namespace}/${name}`;

export function kubeDns(api: ApiServer): KubeDns {
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
        hasSelector: Object.keys(service.spec?.selector ?? {}).length > 0,
        readyEndpoints: new Set(slices.flatMap(readyAddresses)),
      };
    },

    async makeDualStack(ipv6) {
      try {
        await api.change({
          object: OBJECT,
          kind: 'merge',
          read: (options) => api.core.readNamespacedService({ namespace, name }, options),
          patchOf: (service) => dualStackPatch(service, ipv6),
          send: (body, options) => api.core.patchNamespacedService({ namespace, name, body }, options),
        });
        return { kind: 'granted' };
      } catch (error) {
        return refusal(error);
      }
    },
  };
}

/**
 * The IPv4 address stays the first: pods and kubelets know it. Undefined when the Service has both families. The families
 * are always written: a Service that prefers dual-stack since before the API server was dual-stack gets its second address
 * only when they change (`registry/core/service/storage/alloc.go`, `isMatchingPreferDualStackClusterIPFields`).
 */
function dualStackPatch(service: V1Service, ipv6: string | 'any') {
  const [first = 'none', second] = clusterIpsOf(service);
  if (familyOfAddress(first) !== 'IPv4') {
    throw new ClusterRefused(OBJECT, 'Invalid', `its first cluster IP is ${first}, expected an IPv4 address`);
  }
  if (second !== undefined) return undefined;
  return {
    spec: {
      ipFamilyPolicy: 'PreferDualStack',
      ipFamilies: ['IPv4', 'IPv6'],
      ...(ipv6 !== 'any' && { clusterIPs: [first, ipv6] }),
    },
  };
}

/**
 * The allocators' sentences (`registry/core/service/ipallocator/interfaces.go`) are all that tells these refusals apart: each
 * is a 422 about `spec.clusterIPs`. A dry run would not do instead: it does not look whether an address is taken.
 *
 * @throws what it was given, when it is another refusal.
 */
function refusal(error: unknown): ClusterIpAnswer {
  if (!wasAnswered(error, 422) || !(error instanceof Error)) throw error;
  const { message } = error;
  if (/\balready allocated\b/.test(message)) return { kind: 'taken' };
  if (/\bnot in the valid range\b|\bdoes not match the current range\b/.test(message)) {
    return { kind: 'outside the range', message };
  }
  // Of several API servers one has not been restarted yet: that passes.
  if (/\bnot configured on this cluster\b/.test(message)) {
    throw new ClusterUnavailable(`patch ${OBJECT}`, 'this API server has no IPv6 service range yet', {
      cause: error,
    });
  }
  throw error;
}

function clusterIpsOf({ spec }: V1Service): readonly string[] {
  return spec?.clusterIPs ?? (spec?.clusterIP ? [spec.clusterIP] : []);
}

/** An endpoint whose readiness is not known counts as ready, as the API defines it. */
function readyAddresses({ endpoints }: V1EndpointSlice): readonly string[] {
  return (endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready ?? true)
    .flatMap(({ addresses }) => addresses);
}
