import { onTestFinished } from 'vitest';
import { scaledClock } from '../../infra/local/clock.ts';
import { inProcessConnection } from '../../infra/local/cluster/http/in-process.ts';
import { createCluster, deployments, type JsonObject } from '../../infra/local/cluster/index.ts';
import { managedResources } from '../../infra/local/cluster/resources/network.ts';
import {
  kubernetesCluster,
  parseKubeconfig,
  type Transport,
  type TransportRequest,
} from '../../shared/kubernetes/client/index.ts';
import type { CloudControllerManager, ManagerHold } from '../../shared/kubernetes/cluster.ts';

export const PLACE = { namespace: 'shoot--core--api', name: 'cloud-controller-manager' };
const MANAGED = { namespace: PLACE.namespace, name: 'extension-controlplane-seed' };

const BY_ROUTES = ['--configure-cloud-routes=true', '--cidr-allocator-type=RangeAllocator'];
const BY_ALIASES = ['--configure-cloud-routes=false', '--cidr-allocator-type=CloudAllocator'];

/** What becomes of a request: it is answered (undefined), or the process is dead from then on, with or without its effect. */
export type Fate = 'dies before' | 'dies after' | { readonly status: number } | undefined;

type Request = Pick<TransportRequest, 'method' | 'url'>;
export type Managed = CloudControllerManager & { readonly hold: ManagerHold };

/** A seed with a shoot's control plane, kept by a gardener-resource-manager that never sleeps. */
export interface Seed {
  /** How Gardener wants it, by the Shoot: of one family or of both. */
  wanted: 'by routes' | 'by aliases';
  /** The adapter as one process has it; `fateOf` is asked before each of its requests, numbered from 1. */
  manager(fateOf?: (nth: number, request: Request) => Fate): Managed;
  /** gardener-resource-manager takes its turn. */
  reconcile(): Promise<void>;
  args(): Promise<readonly string[]>;
  /** Of the ManagedResource. */
  annotations(): Promise<Readonly<Record<string, string>>>;
  annotate(annotations: Readonly<Record<string, string | null>>): Promise<void>;
  /** Changes of the Deployment that were made while the ManagedResource was not ignored. */
  readonly unguarded: readonly string[];
}

export async function startSeed({ managed = true }: { managed?: boolean } = {}): Promise<Seed> {
  const clock = scaledClock({ origin: Date.UTC(2026, 10, 21), wallOrigin: Date.now(), speed: 2_000 });
  const cluster = createCluster({
    clock,
    serviceClusterIpRanges: ['100.64.0.0/13'],
    objects: [deployment(), ...(managed ? [managedResource()] : [])],
  });
  onTestFinished(() => cluster.stop());
  const { kubeconfig, transport } = inProcessConnection(cluster);
  const { client } = cluster;
  const unguarded: string[] = [];

  async function annotations(): Promise<Readonly<Record<string, string>>> {
    return (await client.get(managedResources, MANAGED)).metadata.annotations ?? {};
  }

  const args = async () =>
    (await client.get(deployments, PLACE)).spec.template.spec.containers[0]?.args ?? [];

  const seed: Seed = {
    wanted: 'by routes',
    unguarded,
    args,
    annotations,
    annotate: async (changed) => {
      await client.patch(managedResources, MANAGED, {
        kind: 'merge',
        body: { metadata: { annotations: changed } },
      });
    },
    async reconcile() {
      if (!managed || (await annotations())['resources.gardener.cloud/ignore'] === 'true') return;
      const wanted = seed.wanted === 'by routes' ? BY_ROUTES : BY_ALIASES;
      const present = await args();
      if (wanted.every((arg) => present.includes(arg))) return;
      await client.patch(deployments, PLACE, {
        kind: 'json',
        body: [{ op: 'replace', path: ARGS, value: [...OTHER, ...wanted] }],
      });
    },
    manager(fateOf = () => undefined) {
      let requests = 0;
      let dead = false;
      const watched: Transport = async (request) => {
        if (dead) throw new TypeError('fetch failed');
        requests += 1;
        const fate = fateOf(requests, request);
        if (typeof fate === 'object') {
          const body = JSON.stringify({
            kind: 'Status',
            reason: 'Refused',
            code: fate.status,
            message: 'no',
          });
          return { status: fate.status, headers: { 'content-type': 'application/json' }, body };
        }
        if (fate === 'dies before') {
          dead = true;
          throw new TypeError('fetch failed');
        }
        await seed.reconcile();
        const isGuarded = !managed || (await annotations())['resources.gardener.cloud/ignore'] === 'true';
        const changesDeployment =
          request.method === 'PATCH' && request.url.pathname.includes('/deployments/');
        if (changesDeployment && !isGuarded) unguarded.push(request.url.pathname);
        const answer = await transport(request);
        await seed.reconcile();
        if (fate === undefined) return answer;
        dead = true;
        throw new TypeError('fetch failed');
      };
      const { cloudControllerManager } = kubernetesCluster({
        kubeconfig: parseKubeconfig(kubeconfig),
        transport: watched,
        clock,
        cloudControllerManager: { ...PLACE, kubeconfig: parseKubeconfig(kubeconfig), managed: true },
      });
      const { hold } = cloudControllerManager;
      if (hold === undefined) throw new Error('a manager in a seed is held');
      return { ...cloudControllerManager, hold };
    },
  };
  return seed;
}

const ARGS = '/spec/template/spec/containers/0/args';
const OTHER = ['--cluster-cidr=100.96.0.0/11', '--allocate-node-cidrs=true'];

function deployment(): JsonObject {
  const labels = { app: 'kubernetes', role: 'cloud-controller-manager' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...PLACE, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [{ name: 'cloud-controller-manager', image: 'ccm', args: [...OTHER, ...BY_ROUTES] }],
        },
      },
    },
  };
}

function managedResource(): JsonObject {
  return {
    apiVersion: 'resources.gardener.cloud/v1alpha1',
    kind: 'ManagedResource',
    metadata: MANAGED,
    spec: { class: 'seed', secretRefs: [{ name: 'managedresource-extension-controlplane-seed-1a2b' }] },
  };
}
