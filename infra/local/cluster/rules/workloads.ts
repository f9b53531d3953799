import type { LabelSelector } from '../kinds/common.ts';
import type { Container, Pod, PodSpec, PodTemplate } from '../kinds/pod.ts';
import type { DaemonSet, Deployment, PodDisruptionBudget, ReplicaSet } from '../kinds/workloads.ts';
import type { JsonObject } from '../object/json.ts';
import { compact, sameJson } from '../object/json.ts';
import type { Rules } from '../resources/resource.ts';
import { isEmptySelector, matchesSelector } from '../store/selectors.ts';
import type { FieldError } from './errors.ts';
import { forbiddenValue, invalidValue, requiredValue, unsupportedValue } from './errors.ts';
import { podSpecViolations, qosClassOf } from './pod-spec.ts';

function withPodDefaults(spec: PodSpec): PodSpec {
  return {
    ...spec,
    containers: spec.containers.map(withContainerDefaults),
    ...(spec.initContainers === undefined
      ? {}
      : { initContainers: spec.initContainers.map(withContainerDefaults) }),
    restartPolicy: spec.restartPolicy ?? 'Always',
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    dnsPolicy: spec.dnsPolicy ?? 'ClusterFirst',
    schedulerName: spec.schedulerName ?? 'default-scheduler',
    securityContext: spec.securityContext ?? {},
  };
}

function withContainerDefaults(container: Container): Container {
  const latest = /(?:^|\/)[^:@/]*(?::latest)?$/.test(container.image ?? '');
  return {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: latest ? 'Always' : 'IfNotPresent',
    resources: {},
    ...container,
    ...(container.ports === undefined
      ? {}
      : { ports: container.ports.map((port) => ({ ...port, protocol: port.protocol ?? 'TCP' })) }),
  };
}

function withTemplateDefaults(template: PodTemplate): PodTemplate {
  return { ...template, spec: withPodDefaults(template.spec) };
}

export const podRules: Rules<Pod> = {
  complete(pod, previous) {
    // A write of the status brings the spec along as it was.
    if (pod.spec === previous?.spec) return pod;
    const spec = withPodDefaults(pod.spec);
    return previous === undefined
      ? {
          ...pod,
          spec,
          status: { qosClass: qosClassOf(spec), ...pod.status, phase: pod.status?.phase ?? 'Pending' },
        }
      : { ...pod, spec };
  },
  violations(pod, previous) {
    if (previous === undefined) return podSpecViolations(pod.spec, 'spec');
    if (pod.spec === previous.spec) return [];
    // A scheduler gives the node; everything else was decided when the Pod was made.
    const { nodeName } = previous.spec.nodeName === undefined ? pod.spec : previous.spec;
    const unlike = !sameJson(
      compact({ ...fixedPart(pod.spec) }),
      compact({ ...fixedPart(previous.spec), nodeName }),
    );
    return unlike ? [forbiddenValue('spec', POD_CHANGE)] : [];
  },
};

const POD_CHANGE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
  '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

function fixedPart(spec: PodSpec): JsonObject {
  const {
    containers,
    initContainers,
    tolerations: _added,
    activeDeadlineSeconds: _deadline,
    ...fixed
  } = spec;
  const imageless = ({ image: _image, ...container }: Container) => container;
  return {
    ...fixed,
    containers: containers.map(imageless),
    initContainers: initContainers?.map(imageless),
  };
}

export const deploymentRules: Rules<Deployment> = {
  complete(deployment, previous) {
    const { spec } = deployment;
    if (spec === previous?.spec) return deployment;
    const type = spec.strategy?.type ?? 'RollingUpdate';
    const rollingUpdate = {
      maxUnavailable: spec.strategy?.rollingUpdate?.maxUnavailable ?? '25%',
      maxSurge: spec.strategy?.rollingUpdate?.maxSurge ?? '25%',
    };
    return {
      ...deployment,
      spec: {
        ...spec,
        replicas: spec.replicas ?? 1,
        revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
        progressDeadlineSeconds: spec.progressDeadlineSeconds ?? 600,
        strategy: type === 'RollingUpdate' ? { ...spec.strategy, type, rollingUpdate } : { type },
        template: withTemplateDefaults(spec.template),
      },
    };
  },
  violations(deployment, previous) {
    const { rollingUpdate } = deployment.spec.strategy ?? {};
    const errors = workloadViolations(deployment, previous);
    const none = [0, '0%'];
    if (none.includes(rollingUpdate?.maxSurge ?? 1) && none.includes(rollingUpdate?.maxUnavailable ?? 1)) {
      const detail = 'may not be 0 when `maxSurge` is 0';
      errors.push(
        invalidValue('spec.strategy.rollingUpdate.maxUnavailable', rollingUpdate?.maxUnavailable, detail),
      );
    }
    return errors;
  },
};

export const replicaSetRules: Rules<ReplicaSet> = {
  complete: (set, previous) =>
    set.spec === previous?.spec ? set : { ...set, spec: { ...set.spec, replicas: set.spec.replicas ?? 1 } },
  violations: (set, previous) => selectorChange(set.spec.selector, previous?.spec.selector),
};

export const daemonSetRules: Rules<DaemonSet> = {
  complete(set, previous) {
    if (set.spec === previous?.spec) return set;
    const { updateStrategy } = set.spec;
    const type = updateStrategy?.type ?? 'RollingUpdate';
    const rollingUpdate = {
      maxUnavailable: updateStrategy?.rollingUpdate?.maxUnavailable ?? 1,
      maxSurge: updateStrategy?.rollingUpdate?.maxSurge ?? 0,
    };
    return {
      ...set,
      spec: {
        ...set.spec,
        revisionHistoryLimit: set.spec.revisionHistoryLimit ?? 10,
        updateStrategy: type === 'RollingUpdate' ? { ...updateStrategy, type, rollingUpdate } : { type },
        template: withTemplateDefaults(set.spec.template),
      },
    };
  },
  violations: workloadViolations,
};

export const podDisruptionBudgetRules: Rules<PodDisruptionBudget> = {
  violations({ spec }) {
    if (spec?.minAvailable === undefined || spec.maxUnavailable === undefined) return [];
    return [invalidValue('spec', {}, 'minAvailable and maxUnavailable cannot be both set')];
  },
};

interface Workload {
  readonly spec: {
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly replicas?: number | undefined;
  };
}

function workloadViolations(workload: Workload, previous: Workload | undefined): FieldError[] {
  if (workload.spec === previous?.spec) return [];
  const { selector, template, replicas } = workload.spec;
  const errors = selectorChange(selector, previous?.spec.selector);
  if (replicas !== undefined && replicas < 0) {
    errors.push(invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'));
  }
  if (isEmptySelector(selector)) errors.push(requiredValue('spec.selector'));
  else if (!matchesSelector(selector, template.metadata?.labels)) {
    const labels = template.metadata?.labels ?? {};
    errors.push(
      invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'),
    );
  }
  return [...errors, ...templateSpecViolations(template.spec)];
}

function selectorChange(now: LabelSelector, before: LabelSelector | undefined): FieldError[] {
  if (before === undefined || sameJson(now, before)) return [];
  return [invalidValue('spec.selector', now, 'field is immutable')];
}

function templateSpecViolations(spec: PodSpec): FieldError[] {
  const errors = podSpecViolations(spec, 'spec.template.spec');
  if (spec.restartPolicy !== 'Always') {
    errors.push(unsupportedValue('spec.template.spec.restartPolicy', spec.restartPolicy ?? '', ['Always']));
  }
  return errors;
}
