import { anyFields, endpointSliceFields, shootFields } from '../kinds/other.ts';
import { ageColumn, nameColumn } from './columns/common.ts';
import { endpointSliceColumns } from './columns/core.ts';
import { leaseColumns, networkPolicyColumns, shootColumns } from './columns/workloads.ts';
import { resource } from './resource.ts';

export const endpointSlices = resource({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  counted: true,
  fields: endpointSliceFields,
  columns: endpointSliceColumns,
});

export const leases = resource({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  unconditionalUpdate: false,
  fields: anyFields,
  columns: leaseColumns,
});

export const networkPolicies = resource({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  counted: true,
  fields: anyFields,
  columns: networkPolicyColumns,
});

export const ipPools = resource({
  group: 'crd.projectcalico.org',
  version: 'v1',
  kind: 'IPPool',
  plural: 'ippools',
  namespaced: false,
  counted: true,
  unconditionalUpdate: false,
  custom: true,
  strategicMerge: false,
  fields: anyFields,
  columns: [nameColumn, ageColumn],
});

/** Of a seed: what gardener-resource-manager keeps as it is written there. Nobody here plays that; tests do. */
export const managedResources = resource({
  group: 'resources.gardener.cloud',
  version: 'v1alpha1',
  kind: 'ManagedResource',
  plural: 'managedresources',
  shortNames: ['mr'],
  counted: true,
  unconditionalUpdate: false,
  custom: true,
  strategicMerge: false,
  fields: anyFields,
  columns: [nameColumn, ageColumn],
});

export const shoots = resource({
  group: 'core.gardener.cloud',
  version: 'v1beta1',
  kind: 'Shoot',
  plural: 'shoots',
  custom: true,
  statusSubresource: true,
  counted: true,
  fields: shootFields,
  columns: shootColumns,
});
