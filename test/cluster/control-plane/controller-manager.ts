import type { Credentials } from './credentials.ts';
import type { Folder } from './folder.ts';
import { kubeconfigWithCertificate } from './kubeconfig.ts';
import { secureGet } from './secure-get.ts';
import type { Start } from './server-process.ts';

export interface ControllerManagerSettings {
  readonly apiServerPort: number;
  readonly serviceClusterIpRanges: readonly string[];
  /** As kube-controller-manager's `--controllers`; undefined for its default. */
  readonly controllers: string | undefined;
}

/** Kubernetes' own controllers, each as the service account that Kubernetes gives it. */
export async function controllerManager(
  folder: Folder,
  program: string,
  credentials: Credentials,
  { apiServerPort, serviceClusterIpRanges, controllers }: ControllerManagerSettings,
): Promise<Start> {
  const { files, cluster, admin, controllerManager: identity } = credentials;
  const kubeconfig = await folder.write(
    'kube-controller-manager.kubeconfig',
    kubeconfigWithCertificate(apiServerPort, cluster.certificate, identity),
  );
  return {
    folder,
    name: 'kube-controller-manager',
    program,
    argumentsFor: (port) => [
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--tls-cert-file=${files.controllerManagerServer.certificate}`,
      `--tls-private-key-file=${files.controllerManagerServer.key}`,
      ...['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map(
        (flag) => `--${flag}=${kubeconfig}`,
      ),
      '--use-service-account-credentials=true',
      `--service-account-private-key-file=${files.serviceAccountKey}`,
      `--root-ca-file=${files.clusterAuthority}`,
      `--service-cluster-ip-range=${serviceClusterIpRanges.join(',')}`,
      // A shoot on GCP gets its nodes' pod CIDRs from the cloud-controller-manager.
      '--allocate-node-cidrs=false',
      '--leader-elect=false',
      '--profiling=false',
      ...(controllers === undefined ? [] : [`--controllers=${controllers}`]),
    ],
    isReady: async (port) => {
      const { status } = await secureGet({ port, path: '/healthz' }, cluster.certificate, admin);
      return status === 200;
    },
  };
}

/** Whether that controller runs under `--controllers`: named ones first, then `*` for those that are on by default. */
export function runs(controllers: string | undefined, name: string): boolean {
  const list = controllers?.split(',') ?? ['*'];
  return !list.includes(`-${name}`) && (list.includes(name) || list.includes('*'));
}
