import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { systemClock } from '../../../shared/clock.ts';
import { AUDIT_LOG, apiServer } from './api-server.ts';
import type { AuditEvent, AuditRule } from './audit.ts';
import { auditPolicy, readAuditLog } from './audit.ts';
import { serverPaths } from './binaries.ts';
import { untilBootstrapped } from './bootstrapped.ts';
import { compact } from './compaction.ts';
import { controllerManager } from './controller-manager.ts';
import { createCredentials } from './credentials.ts';
import { etcd } from './etcd.ts';
import { createFolder } from './folder.ts';
import { kubeconfigWithCertificate, kubeconfigWithToken } from './kubeconfig.ts';
import type { DialPod } from './pod-network.ts';
import { startPodNetwork } from './pod-network.ts';
import { startOnFreePort, startOnSamePort } from './server-process.ts';
import { startWatchdog } from './watchdog.ts';

export interface ControlPlaneOptions {
  /** One range, or one of each family. The first one's family is that of Services which ask for none. */
  readonly serviceClusterIpRanges: readonly string[];
  /** What is audited; without it every request, without the objects. */
  readonly auditPolicy?: readonly AuditRule[];
  /** How the API server reaches pods (`pods/proxy`, webhooks in the cluster); without it, by the machine's network. */
  readonly dialPod?: DialPod;
  /** As kube-controller-manager's `--controllers`; without it, all that are on by default. */
  readonly controllers?: string;
}

export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

/** A Kubernetes control plane of its own, on loopback. */
export interface ControlPlane {
  /** For an administrator who may do everything (`system:masters`). Stays true across restarts. */
  readonly kubeconfig: string;
  /** For a service account that exists, with a token of the TokenRequest API, valid for a day. */
  kubeconfigOf(account: ServiceAccount): Promise<string>;
  /**
   * Restarts kube-apiserver and kube-controller-manager with these ranges, as Gardener does when a shoot's families
   * change. Resolves when both are ready again. Between the two the API server answers nobody, and watches end.
   * Not to be called again before it is done.
   */
  setServiceClusterIpRanges(ranges: readonly string[]): Promise<void>;
  /** The requests that the API server answered since the start, across restarts; see {@link readAuditLog}. */
  audit(): Promise<readonly AuditEvent[]>;
  /** Has etcd forget every version but the present one, so that older ones are answered 410 Gone. */
  forgetHistory(): Promise<void>;
  /** Ends everything and removes its folder. Repeatable. */
  stop(): Promise<void>;
}

const TOKEN_SECONDS = 86_400;

/**
 * Starts etcd, kube-apiserver and kube-controller-manager. Should this process end without {@link ControlPlane.stop},
 * even killed, they end with it.
 *
 * @throws Error with the end of a server's log when it does not start; nothing is left then.
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const whatRuns = new AsyncDisposableStack();
  try {
    return await startPieceByPiece(options, whatRuns);
  } catch (error) {
    await whatRuns.disposeAsync();
    throw error;
  }
}

/** Whatever is started is put on the stack, and ends in reverse order: no server outlives the one that it talks to. */
async function startPieceByPiece(
  { serviceClusterIpRanges, auditPolicy: rules, dialPod, controllers }: ControlPlaneOptions,
  whatRuns: AsyncDisposableStack,
): Promise<ControlPlane> {
  const programs = await serverPaths();
  const folder = await createFolder();
  whatRuns.defer(folder.remove);
  const watchdog = startWatchdog(folder);
  whatRuns.defer(watchdog.dismiss);
  const credentials = await createCredentials(folder, systemClock.now());
  const authority = credentials.cluster.certificate;
  const podNetwork = dialPod && (await startPodNetwork(folder, dialPod));
  if (podNetwork !== undefined) whatRuns.defer(podNetwork.stop);

  const store = await startOnFreePort(etcd(folder, programs.etcd, credentials));
  whatRuns.defer(store.stop);
  const settings = {
    etcdPort: store.port,
    auditPolicy: await folder.write('audit-policy.json', auditPolicy(rules)),
    egressSelector: podNetwork?.egressSelector,
  };
  const apiServerWith = (ranges: readonly string[]) =>
    apiServer(folder, programs['kube-apiserver'], credentials, {
      ...settings,
      serviceClusterIpRanges: ranges,
    });
  let api = await startOnFreePort(await apiServerWith(serviceClusterIpRanges));
  const { port } = api;
  whatRuns.defer(() => api.stop());
  const controllersWith = async (ranges: readonly string[]) =>
    startOnFreePort(
      await controllerManager(folder, programs['kube-controller-manager'], credentials, {
        apiServerPort: port,
        serviceClusterIpRanges: ranges,
        controllers,
      }),
    );
  let manager = await controllersWith(serviceClusterIpRanges);
  whatRuns.defer(() => manager.stop());
  await untilBootstrapped(port, controllers, credentials);

  const kubeconfig = kubeconfigWithCertificate(port, authority, credentials.admin);
  return {
    kubeconfig,
    kubeconfigOf: async (account) => kubeconfigWithToken(port, authority, await tokenOf(kubeconfig, account)),
    setServiceClusterIpRanges: async (ranges) => {
      await manager.stop();
      await api.stop();
      api = await startOnSamePort(await apiServerWith(ranges), port);
      manager = await controllersWith(ranges);
    },
    audit: () => readAuditLog(folder.at(AUDIT_LOG)),
    forgetHistory: () => compact(store.port, credentials),
    stop: () => whatRuns.disposeAsync(),
  };
}

async function tokenOf(kubeconfig: string, { namespace, name }: ServiceAccount): Promise<string> {
  const admin = new KubeConfig();
  admin.loadFromString(kubeconfig);
  const { status } = await admin.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({
    namespace,
    name,
    body: { spec: { audiences: [], expirationSeconds: TOKEN_SECONDS } },
  });
  if (!status?.token) throw new Error(`no token came for service account ${namespace}/${name}`);
  return status.token;
}
