import type { Clock } from '../../../shared/clock.ts';
import type { Random } from '../random.ts';
import { seededRandom } from '../random.ts';
import type { ClusterClient } from './access/client.ts';
import { inProcessClient } from './access/client.ts';
import { RequestGate } from './access/gate.ts';
import { ClusterApi } from './api/cluster-api.ts';
import { createKernel } from './api/kernel.ts';
import { createControllers } from './controllers/index.ts';
import type { Delays } from './delays.ts';
import { draw, REALISTIC_DELAYS } from './delays.ts';
import type { PodProxy } from './http/pod-proxy.ts';
import type { Json, JsonObject } from './object/json.ts';
import { isObject, stringAt } from './object/json.ts';
import { namespaces } from './resources/core.ts';
import { resourceByKind } from './resources/registry.ts';
import { badRequest } from './rules/errors.ts';
import type { ChangeListener } from './store/store.ts';

export interface ClusterOptions {
  readonly clock: Clock;
  /** The world at the start, any kinds in any order; its Deployments and DaemonSets come up at once. */
  readonly objects: readonly JsonObject[];
  /** The API server's `--service-cluster-ip-range`: one CIDR, or two of different families. */
  readonly serviceClusterIpRanges: readonly string[];
  readonly random?: Random;
  readonly delays?: Partial<Delays>;
  /** How many changes a watch may be behind before it is told 410 Gone; 50,000 when not given. */
  readonly watchHistory?: number;
  /** Plays the servers in Pods that are asked through `pods/proxy`; without it nothing answers there. */
  readonly podProxy?: PodProxy;
}

/** The simulated cluster without HTTP. */
export interface Cluster {
  readonly api: ClusterApi;
  readonly gate: RequestGate;
  readonly client: ClusterClient;
  readonly clock: Clock;
  readonly delays: Delays;
  readonly random: Random;
  readonly podProxy: PodProxy | undefined;
  /**
   * As the control plane's restart with other ranges: connections are refused for a moment, watches break, existing
   * Services stay as they are. Resolves when the server is back.
   *
   * @throws TypeError for ranges that are not one CIDR or two of different families.
   */
  setServiceClusterIpRanges(ranges: readonly string[]): Promise<void>;
  /** Calls `listener` for every change of any object until the returned function is called. */
  onChange(listener: ChangeListener): () => void;
  stop(): void;
}

const WATCH_HISTORY = 50_000;
const EVERY_CLUSTER = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/**
 * A cluster at rest with its controllers running. Deterministic for the same objects, random numbers and clock.
 *
 * @throws ApiError when an object breaks a rule, TypeError for bad Service ranges.
 */
export function createCluster(options: ClusterOptions): Cluster {
  const { clock } = options;
  const random = options.random ?? seededRandom(1);
  const delays: Delays = { ...REALISTIC_DELAYS, ...options.delays };
  const kernel = createKernel({
    now: () => clock.now(),
    random,
    serviceClusterIpRanges: options.serviceClusterIpRanges,
    watchHistory: options.watchHistory ?? WATCH_HISTORY,
  });
  const api = new ClusterApi(kernel);
  const gate = new RequestGate();
  const controllers = createControllers(api, clock, delays);
  fill(api, options.objects);
  controllers.settle();
  // As the caches of a server that just started: what was before it is not known.
  kernel.store.compact();
  controllers.start();
  return {
    api,
    gate,
    client: inProcessClient(api, gate),
    clock,
    delays,
    random,
    podProxy: options.podProxy,
    async setServiceClusterIpRanges(ranges) {
      kernel.clusterIps.setRanges(ranges);
      gate.setAway(true);
      await clock.sleep(draw(delays.serverRestart, random));
      gate.setAway(false);
    },
    onChange: (listener) => kernel.store.subscribe(listener),
    stop: () => {
      controllers.stop();
      gate.dropWatches();
    },
  };
}

function fill(api: ClusterApi, objects: readonly JsonObject[]): void {
  const given = objects
    .filter(({ kind }) => kind === 'Namespace')
    .map((object) => stringAt(object, 'metadata', 'name'));
  const mentioned = objects.flatMap((object) => stringAt(object, 'metadata', 'namespace') ?? []);
  for (const name of new Set([...EVERY_CLUSTER, ...mentioned])) {
    if (!given.includes(name)) api.restore(namespaces, { metadata: { name } });
  }
  // Pods last: what runs already is understood from its node and its configuration.
  const isPod = ({ kind }: JsonObject) => kind === 'Pod';
  for (const object of objects.filter((entry) => !isPod(entry))) restoreObject(api, object);
  for (const object of objects.filter(isPod)) restoreObject(api, object);
}

/** @throws ApiError 400 for a kind that the simulator does not serve. */
function restoreObject(api: ClusterApi, object: Json): void {
  const apiVersion = stringAt(object, 'apiVersion') ?? '';
  const kind = stringAt(object, 'kind') ?? '';
  const resource = isObject(object) ? resourceByKind(apiVersion, kind) : undefined;
  if (resource === undefined) throw badRequest(`no matches for kind "${kind}" in version "${apiVersion}"`);
  api.restore(resource, object);
}
