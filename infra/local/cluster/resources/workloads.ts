import { anyFields } from '../kinds/other.ts';
import {
  daemonSetFields,
  deploymentFields,
  podDisruptionBudgetFields,
  replicaSetFields,
} from '../kinds/workloads.ts';
import { priorityClassRules } from '../rules/other.ts';
import {
  daemonSetRules,
  deploymentRules,
  podDisruptionBudgetRules,
  replicaSetRules,
} from '../rules/workloads.ts';
import { ageColumn, nameColumn } from './columns/common.ts';
import * as columns from './columns/workloads.ts';
import { resource } from './resource.ts';

const apps = {
  group: 'apps',
  version: 'v1',
  categories: ['all'],
  statusSubresource: true,
  counted: true,
} as const;

export const deployments = resource({
  ...apps,
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  scaleSubresource: true,
  fields: deploymentFields,
  columns: columns.deploymentColumns,
  rules: deploymentRules,
});

export const replicaSets = resource({
  ...apps,
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  scaleSubresource: true,
  fields: replicaSetFields,
  columns: columns.replicaSetColumns,
  rules: replicaSetRules,
});

export const daemonSets = resource({
  ...apps,
  kind: 'DaemonSet',
  plural: 'daemonsets',
  shortNames: ['ds'],
  fields: daemonSetFields,
  columns: columns.daemonSetColumns,
  rules: daemonSetRules,
});

export const podDisruptionBudgets = resource({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  statusSubresource: true,
  counted: true,
  unconditionalUpdate: false,
  fields: podDisruptionBudgetFields,
  columns: columns.podDisruptionBudgetColumns,
  rules: podDisruptionBudgetRules,
});

export const priorityClasses = resource({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  shortNames: ['pc'],
  namespaced: false,
  counted: true,
  fields: anyFields,
  columns: [nameColumn, ageColumn],
  rules: priorityClassRules,
});
