import { addressAt } from '../../../infra/local/cluster/object/addresses.ts';
import type { Credentials } from './credentials.ts';
import type { Folder } from './folder.ts';
import { secureGet } from './secure-get.ts';
import type { Start } from './server-process.ts';

export interface ApiServerSettings {
  readonly etcdPort: number;
  /** The first one's family is that of Services which ask for none. */
  readonly serviceClusterIpRanges: readonly string[];
  /** Path. */
  readonly auditPolicy: string;
  /** Path; undefined to dial pods directly. */
  readonly egressSelector: string | undefined;
}

/** Of the audit log in its folder. */
export const AUDIT_LOG = 'audit.log';

/** Prepares a kube-apiserver: its certificate names the first Service address of each range, as clients in pods want. */
export async function apiServer(
  folder: Folder,
  program: string,
  credentials: Credentials,
  settings: ApiServerSettings,
): Promise<Start> {
  const { files, cluster, admin } = credentials;
  const serving = await folder.writeKeyPair(
    'kube-apiserver',
    await cluster.issueServer({ commonName: 'kube-apiserver' }, [
      '127.0.0.1',
      'localhost',
      ...[
        'kubernetes',
        'kubernetes.default',
        'kubernetes.default.svc',
        'kubernetes.default.svc.cluster.local',
      ],
      ...settings.serviceClusterIpRanges.map(firstServiceAddress),
    ]),
  );
  return {
    folder,
    name: 'kube-apiserver',
    program,
    argumentsFor: (port) => [
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      '--advertise-address=127.0.0.1',
      // Endpoints may not hold a loopback address, and no pod of ours has a network to reach the server by.
      '--endpoint-reconciler-type=none',
      `--tls-cert-file=${serving.certificate}`,
      `--tls-private-key-file=${serving.key}`,
      `--client-ca-file=${files.clusterAuthority}`,
      `--etcd-servers=https://127.0.0.1:${settings.etcdPort}`,
      `--etcd-cafile=${files.etcdAuthority}`,
      `--etcd-certfile=${files.etcdClient.certificate}`,
      `--etcd-keyfile=${files.etcdClient.key}`,
      `--service-cluster-ip-range=${settings.serviceClusterIpRanges.join(',')}`,
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--service-account-key-file=${files.serviceAccountKey}`,
      `--service-account-signing-key-file=${files.serviceAccountKey}`,
      '--authorization-mode=RBAC',
      '--allow-privileged=true',
      `--audit-policy-file=${settings.auditPolicy}`,
      `--audit-log-path=${folder.at(AUDIT_LOG)}`,
      // Megabytes; the log is read as one file.
      '--audit-log-maxsize=4096',
      ...(settings.egressSelector === undefined
        ? []
        : [`--egress-selector-config-file=${settings.egressSelector}`]),
      '--profiling=false',
    ],
    isReady: async (port) => {
      const { status } = await secureGet({ port, path: '/readyz' }, cluster.certificate, admin);
      return status === 200;
    },
  };
}

function firstServiceAddress(range: string): string {
  const address = addressAt(range, 1n);
  if (address === undefined) throw new Error(`the Service range ${range} has no room for a Service`);
  return address;
}
