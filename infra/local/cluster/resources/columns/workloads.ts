import type { IntOrString } from '../../kinds/common.ts';
import { conditionOf } from '../../kinds/common.ts';
import type { Shoot } from '../../kinds/other.ts';
import type { PodTemplate } from '../../kinds/pod.ts';
import type { DaemonSet, Deployment, PodDisruptionBudget, ReplicaSet } from '../../kinds/workloads.ts';
import { at, stringAt } from '../../object/json.ts';
import type { KubernetesObject } from '../../object/object.ts';
import type { Column } from '../resource.ts';
import { ageColumn, column, labelsText, nameColumn, orNone, wide } from './common.ts';

interface WithTemplate {
  readonly spec: {
    readonly template?: PodTemplate | undefined;
    readonly selector: { readonly matchLabels?: Record<string, string> | undefined };
  };
}

function templateColumns<T extends KubernetesObject & WithTemplate>(): readonly Column<T>[] {
  return [
    wide('Containers', (owner) => orNone(owner.spec.template?.spec.containers.map(({ name }) => name))),
    wide('Images', (owner) => orNone(owner.spec.template?.spec.containers.map(({ image }) => image ?? ''))),
    wide('Selector', (owner) => labelsText(owner.spec.selector.matchLabels)),
  ];
}

const count = (value: unknown) => (typeof value === 'number' ? value : 0);

export const deploymentColumns: readonly Column<Deployment>[] = [
  nameColumn,
  column('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 1}`),
  column('Up-to-date', ({ status }) => count(status?.updatedReplicas), 'integer'),
  column('Available', ({ status }) => status?.availableReplicas ?? 0, 'integer'),
  ageColumn,
  ...templateColumns<Deployment>(),
];

export const replicaSetColumns: readonly Column<ReplicaSet>[] = [
  nameColumn,
  column('Desired', ({ spec }) => spec.replicas ?? 1, 'integer'),
  column('Current', ({ status }) => status?.replicas ?? 0, 'integer'),
  column('Ready', ({ status }) => status?.readyReplicas ?? 0, 'integer'),
  ageColumn,
  ...templateColumns<ReplicaSet>(),
];

export const daemonSetColumns: readonly Column<DaemonSet>[] = [
  nameColumn,
  column('Desired', ({ status }) => status?.desiredNumberScheduled ?? 0, 'integer'),
  column('Current', ({ status }) => count(status?.currentNumberScheduled), 'integer'),
  column('Ready', ({ status }) => count(status?.numberReady), 'integer'),
  column('Up-to-date', ({ status }) => status?.updatedNumberScheduled ?? 0, 'integer'),
  column('Available', ({ status }) => status?.numberAvailable ?? 0, 'integer'),
  column('Node Selector', ({ spec }) => labelsText(spec.template.spec.nodeSelector)),
  ageColumn,
  ...templateColumns<DaemonSet>(),
];

export const podDisruptionBudgetColumns: readonly Column<PodDisruptionBudget>[] = [
  nameColumn,
  column('Min Available', ({ spec }) => shown(spec?.minAvailable)),
  column('Max Unavailable', ({ spec }) => shown(spec?.maxUnavailable)),
  column('Allowed Disruptions', ({ status }) => status?.disruptionsAllowed ?? 0, 'integer'),
  ageColumn,
];

export const leaseColumns: readonly Column[] = [
  nameColumn,
  column('Holder', (lease) => stringAt(lease, 'spec', 'holderIdentity')),
  ageColumn,
];

export const networkPolicyColumns: readonly Column[] = [
  nameColumn,
  column('Pod-Selector', (policy) => {
    const labels = at(policy, 'spec', 'podSelector', 'matchLabels');
    return typeof labels === 'object' && labels !== null
      ? orNone(Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`))
      : '<none>';
  }),
  ageColumn,
];

export const shootColumns: readonly Column<Shoot>[] = [
  nameColumn,
  column('Provider', (shoot) => stringAt(shoot, 'spec', 'provider', 'type')),
  column('Region', (shoot) => stringAt(shoot, 'spec', 'region')),
  column('K8S Version', (shoot) => stringAt(shoot, 'spec', 'kubernetes', 'version')),
  column('Dual-stack', (shoot) => conditionOf(constraints(shoot), 'DualStackNodesMigrationReady')?.status),
  ageColumn,
];

function constraints({ status }: Shoot) {
  return { status: { conditions: status?.constraints } };
}

function shown(value: IntOrString | undefined): string {
  return value === undefined ? 'N/A' : String(value);
}
