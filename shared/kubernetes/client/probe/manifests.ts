import { createHash } from 'node:crypto';
import type {
  V1ConfigMap,
  V1DaemonSet,
  V1NetworkPolicy,
  V1PodTemplateSpec,
  V1PriorityClass,
} from '@kubernetes/client-node';
import { HERE, PROBE_PORT, REACH_SCRIPT } from './script.ts';

export const NAMESPACE = 'kube-system';
export const NAME = 'shoot-dualstack-probe';

const ROOT = '/srv/probe';
/** The user `nobody`. */
const NOBODY = 65_534;
const labels = { 'app.kubernetes.io/name': NAME, 'app.kubernetes.io/managed-by': 'shoot-dualstack' };
/** On each pod, of what it was made: pods of another version do not count. */
const VERSION_LABEL = 'shoot-dualstack/probe-version';

export interface ProbeManifests {
  readonly priorityClass: V1PriorityClass;
  readonly networkPolicy: V1NetworkPolicy;
  readonly configMap: V1ConfigMap;
  readonly daemonSet: V1DaemonSet;
  /** Selects the pods that are made of exactly these. */
  readonly podSelector: string;
}

/** What is in the cluster while somebody looks; the same for the same image. */
export function probeManifests(image: string): ProbeManifests {
  const template = podTemplate(image);
  const version = createHash('sha256')
    .update(JSON.stringify([template, REACH_SCRIPT]))
    .digest('hex')
    .slice(0, 12);
  const metadata = { name: NAME, namespace: NAMESPACE, labels };
  const selector = { matchLabels: { 'app.kubernetes.io/name': NAME } };
  const port = { protocol: 'TCP', port: PROBE_PORT };
  return {
    priorityClass: {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: NAME, labels },
      // Kept when a node runs short, but never in the place of somebody's pod.
      value: 1_000_000,
      preemptionPolicy: 'Never',
      globalDefault: false,
      description: 'Probe pods of a migration to dual-stack.',
    },
    // Gardener expects a policy for whatever is added to kube-system, and owners may deny all that has none.
    networkPolicy: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: {
        podSelector: selector,
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ ports: [port] }],
        egress: [{ ports: [port] }],
      },
    },
    configMap: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { reach: REACH_SCRIPT, here: `${HERE}\n` },
    },
    daemonSet: {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata,
      spec: {
        selector,
        // They serve nobody but us.
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%' } },
        template: { ...template, metadata: { labels: { ...labels, [VERSION_LABEL]: version } } },
      },
    },
    podSelector: `app.kubernetes.io/name=${NAME},${VERSION_LABEL}=${version}`,
  };
}

/** On the pod network and on every node, whatever its taints; may do nothing but serve and ask. */
function podTemplate(image: string): V1PodTemplateSpec {
  return {
    spec: {
      hostNetwork: false,
      tolerations: [{ operator: 'Exists' }],
      priorityClassName: NAME,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 1,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: NOBODY,
        runAsGroup: NOBODY,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: 'probe',
          image,
          command: ['httpd', '-f', '-p', `${PROBE_PORT}`, '-h', ROOT],
          ports: [{ name: 'http', containerPort: PROBE_PORT, protocol: 'TCP' }],
          readinessProbe: { httpGet: { path: '/here', port: PROBE_PORT }, periodSeconds: 5 },
          resources: {
            requests: { cpu: '1m', memory: '16Mi' },
            limits: { memory: '64Mi' },
          },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: [{ name: 'root', mountPath: ROOT, readOnly: true }],
        },
      ],
      volumes: [
        {
          name: 'root',
          configMap: {
            name: NAME,
            items: [
              { key: 'reach', path: 'cgi-bin/reach', mode: 0o555 },
              { key: 'here', path: 'here', mode: 0o444 },
            ],
          },
        },
      ],
    },
  };
}
