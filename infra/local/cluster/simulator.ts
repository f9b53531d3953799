import type { ClusterClient } from './access/client.ts';
import type { Access, Fault } from './access/gate.ts';
import type { Cluster, ClusterOptions } from './cluster.ts';
import { createCluster } from './cluster.ts';
import { listen } from './http/server.ts';
import { kubeconfigText } from './kubeconfig.ts';
import type { ChangeListener } from './store/store.ts';

export interface SimulatorOptions extends ClusterOptions {
  /** On 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
}

export interface KubernetesSimulator {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** A kubeconfig as YAML text. */
  readonly kubeconfig: string;
  /** The same server for callers in this process. */
  readonly client: ClusterClient;
  /** The cluster behind the server, for tests that look inside. */
  readonly cluster: Cluster;
  readonly faults: Faults;
  /** As {@link Cluster.setServiceClusterIpRanges}. */
  setServiceClusterIpRanges(ranges: readonly string[]): Promise<void>;
  onChange(listener: ChangeListener): () => void;
  /** Requests so far by verb and resource, e.g. `patch services`; controllers do not count. */
  requests(): Readonly<Record<string, number>>;
  /** Closes every connection and stops the controllers. Repeatable. */
  stop(): Promise<void>;
}

/** Failures on order. */
export interface Faults {
  failRequest(fault: Fault): void;
  /** Has such requests over HTTP answered 403, and the question whether they are allowed with no, until `clear`. */
  forbid(access: Partial<Access>): void;
  clear(): void;
  /** Breaks every watch's connection. */
  dropWatches(): void;
  /** Makes watches that start from before now be answered 410 Gone. */
  forgetHistory(): void;
  setServerAway(away: boolean): void;
}

/**
 * Starts a simulated cluster with its API server on loopback.
 *
 * @throws ApiError when an object breaks a rule, TypeError for bad Service ranges, and as `listen` does when the port
 *   is taken.
 */
export async function startKubernetesSimulator(options: SimulatorOptions): Promise<KubernetesSimulator> {
  const cluster = createCluster(options);
  const server = await listen(cluster, options.port ?? 0).catch((error) => {
    cluster.stop();
    throw error;
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    kubeconfig: kubeconfigText(url),
    client: cluster.client,
    cluster,
    faults: {
      failRequest: (fault) => cluster.gate.failRequest(fault),
      forbid: (access) => cluster.gate.forbid(access),
      clear: () => cluster.gate.clearFaults(),
      dropWatches: () => cluster.gate.dropWatches(),
      forgetHistory: () => cluster.api.kernel.store.compact(),
      setServerAway: (away) => cluster.gate.setAway(away),
    },
    setServiceClusterIpRanges: (ranges) => cluster.setServiceClusterIpRanges(ranges),
    onChange: (listener) => cluster.onChange(listener),
    requests: () => cluster.gate.counts(),
    async stop() {
      cluster.stop();
      if (!server.listening) return;
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
