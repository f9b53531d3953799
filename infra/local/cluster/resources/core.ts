import { z } from 'zod';
import { nodeFields } from '../kinds/node.ts';
import {
  anyFields,
  configMapFields,
  endpointsFields,
  namespaceFields,
  secretFields,
} from '../kinds/other.ts';
import { podFields } from '../kinds/pod.ts';
import { serviceFields } from '../kinds/service.ts';
import { loose } from '../object/object.ts';
import { nodeRules } from '../rules/nodes.ts';
import { configMapRules, namespaceRules, secretRules } from '../rules/other.ts';
import { serviceRules } from '../rules/services/index.ts';
import { podRules } from '../rules/workloads.ts';
import { ageColumn, column, nameColumn } from './columns/common.ts';
import * as columns from './columns/core.ts';
import { resource } from './resource.ts';

export const namespaces = resource({
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  statusSubresource: true,
  selectableFields: ['status.phase'],
  fields: namespaceFields,
  columns: columns.namespaceColumns,
  rules: namespaceRules,
});

export const nodes = resource({
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  statusSubresource: true,
  statusOnCreate: true,
  selectableFields: ['spec.unschedulable'],
  fields: nodeFields,
  columns: columns.nodeColumns,
  rules: nodeRules,
});

export const pods = resource({
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  countedWhenMarked: true,
  shortNames: ['po'],
  categories: ['all'],
  statusSubresource: true,
  selectableFields: [
    'spec.nodeName',
    'status.phase',
    'spec.restartPolicy',
    'spec.serviceAccountName',
    'status.podIP',
  ],
  fields: podFields,
  columns: columns.podColumns,
  rules: podRules,
});

export const services = resource({
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  statusSubresource: true,
  selectableFields: ['spec.clusterIP', 'spec.type'],
  fields: serviceFields,
  columns: columns.serviceColumns,
  rules: serviceRules,
});

export const configMaps = resource({
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  fields: configMapFields,
  columns: columns.configMapColumns,
  rules: configMapRules,
});

export const secrets = resource({
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  selectableFields: ['type'],
  fields: secretFields,
  columns: columns.secretColumns,
  rules: secretRules,
});

export const endpoints = resource({
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  shortNames: ['ep'],
  fields: endpointsFields,
  columns: columns.endpointsColumns,
});

export const events = resource({
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  selectableFields: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  fields: loose({ involvedObject: loose({ kind: z.string().optional(), name: z.string().optional() }) }),
  columns: columns.eventColumns,
});

export const serviceAccounts = resource({
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  fields: anyFields,
  columns: [nameColumn, column('Secrets', () => 0, 'integer'), ageColumn],
});
