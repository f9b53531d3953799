import type { z } from 'zod';
import { apiServiceSchema, crdSchema, webhooksSchema } from './objects/callouts.ts';
import { namedSchema } from './objects/common.ts';
import { dnsEndpointSchema, dnsEntrySchema, ingressSchema } from './objects/dns.ts';
import { networkPolicySchema } from './objects/network-policies.ts';
import { endpointSliceSchema, serviceSchema } from './objects/services.ts';
import { nodeSchema, podSchema } from './objects/workloads.ts';

/** A kind of objects, as it is listed. */
export interface Kind<Schema extends z.ZodType = z.ZodType> {
  /** In the plural, as messages name it. */
  readonly name: string;
  /** Of the list over all namespaces. */
  readonly path: string;
  readonly schema: Schema;
  /** A cluster without it has nothing of it: then there is nothing to look at, and nothing is missing. */
  readonly optional?: true;
}

/** Everything that is read of a cluster, by the name under which rules ask for it. */
export const KINDS = {
  nodes: { name: 'Nodes', path: '/api/v1/nodes', schema: nodeSchema },
  pods: { name: 'Pods', path: '/api/v1/pods', schema: podSchema },
  services: { name: 'Services', path: '/api/v1/services', schema: serviceSchema },
  endpointSlices: {
    name: 'EndpointSlices',
    path: '/apis/discovery.k8s.io/v1/endpointslices',
    schema: endpointSliceSchema,
  },
  networkPolicies: {
    name: 'NetworkPolicies',
    path: '/apis/networking.k8s.io/v1/networkpolicies',
    schema: networkPolicySchema,
  },
  ingresses: {
    name: 'Ingresses',
    path: '/apis/networking.k8s.io/v1/ingresses',
    schema: ingressSchema,
  },
  validatingWebhooks: {
    name: 'ValidatingWebhookConfigurations',
    path: '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
    schema: webhooksSchema,
  },
  mutatingWebhooks: {
    name: 'MutatingWebhookConfigurations',
    path: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
    schema: webhooksSchema,
  },
  apiServices: {
    name: 'APIServices',
    path: '/apis/apiregistration.k8s.io/v1/apiservices',
    schema: apiServiceSchema,
  },
  crds: {
    name: 'CustomResourceDefinitions',
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    schema: crdSchema,
  },
  dnsEntries: {
    name: 'DNSEntries',
    path: '/apis/dns.gardener.cloud/v1alpha1/dnsentries',
    schema: dnsEntrySchema,
    optional: true,
  },
  dnsEndpoints: {
    name: 'DNSEndpoints',
    path: '/apis/externaldns.k8s.io/v1alpha1/dnsendpoints',
    schema: dnsEndpointSchema,
    optional: true,
  },
} as const satisfies Readonly<Record<string, Kind>>;

/** Policies of other kinds. They are counted, so that nobody takes their silence for a clean bill. */
export const OTHER_POLICIES = {
  calicoPolicies: other('Calico NetworkPolicies', 'crd.projectcalico.org/v1/networkpolicies'),
  calicoGlobalPolicies: other(
    'Calico GlobalNetworkPolicies',
    'crd.projectcalico.org/v1/globalnetworkpolicies',
  ),
  ciliumPolicies: other('CiliumNetworkPolicies', 'cilium.io/v2/ciliumnetworkpolicies'),
  ciliumClusterPolicies: other(
    'CiliumClusterwideNetworkPolicies',
    'cilium.io/v2/ciliumclusterwidenetworkpolicies',
  ),
  adminPolicies: other('AdminNetworkPolicies', 'policy.networking.k8s.io/v1alpha1/adminnetworkpolicies'),
} as const satisfies Readonly<Record<string, Kind>>;

function other(name: string, path: string) {
  return { name, path: `/apis/${path}`, schema: namedSchema, optional: true } as const;
}

export type KindName = keyof typeof KINDS;

/** Objects by kind; undefined for a list that could not be had. */
export type Listed = {
  readonly [Name in KindName]?: readonly z.output<(typeof KINDS)[Name]['schema']>[] | undefined;
};
