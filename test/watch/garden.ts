import { pino } from 'pino';
import { embeddedDocuments } from '../../infra/local/backends/embedded/documents.ts';
import {
  type Cluster,
  createCluster,
  inProcessConnection,
  type JsonObject,
  shoots,
} from '../../infra/local/cluster/index.ts';
import type { Bus } from '../../shared/bus/bus.ts';
import { encodeMessage } from '../../shared/bus/encoding.ts';
import { onShootChanged, onWatchShoots } from '../../shared/edge/handlers.ts';
import { deliver } from '../../shared/edge/receive.ts';
import { DEFAULT_LIMITS, type Engine } from '../../shared/engine/engine.ts';
import type { GardenConnection } from '../../shared/engine/ports.ts';
import { toFields } from '../../shared/frozen-json.ts';
import { gardenShoots, parseKubeconfig, type Transport } from '../../shared/kubernetes/client/index.ts';
import { assembleEngine } from '../../shared/runtime/assemble.ts';
import { push } from '../edge/deliveries.ts';
import { type Interceptor, interceptedBus, interceptedDocuments } from '../support/interception.ts';
import { type Change, changed, manifest } from '../support/shoot-manifest.ts';
import { virtualClock } from '../support/virtual-clock.ts';

export interface Shot {
  readonly name: string;
  readonly uid?: string;
  readonly families?: readonly string[];
  readonly changes?: readonly Change[];
}

/** A Shoot as the garden's API server has it, with all that nobody here asks for. */
export function shoot({ name, uid = `uid-${name}`, families = ['IPv4'], changes = [] }: Shot): JsonObject {
  const whole = changed(
    manifest(families),
    ['metadata.name', name],
    ['metadata.uid', uid],
    ['metadata.annotations', { 'example.org/note': 'x'.repeat(500) }],
    ['spec.provider.workers', [{ name: 'worker', minimum: 1, maximum: 3 }]],
    ['status.technicalID', `shoot--core--${name}`],
    ['status.networking', { pods: ['100.96.0.0/11'], services: ['100.64.0.0/13'] }],
    ...changes,
  );
  return { ...toFields(whole) };
}

export interface Sent {
  readonly topic: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A garden, and the functions that watch it and take in what they see, over store and bus of their own. */
export function watchWorld(
  shots: readonly Shot[],
  options: Partial<Omit<GardenConnection, 'open'>> & {
    /** Stands between the watch and the garden. */
    readonly wire?: (transport: Transport) => Transport;
    readonly objects?: readonly JsonObject[];
  } = {},
) {
  const clock = virtualClock();
  const garden = createCluster({
    clock,
    objects: [
      ...['garden-core', 'garden-web'].map((name) => ({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name },
      })),
      ...shots.map(shoot),
      ...(options.objects ?? []),
    ],
    serviceClusterIpRanges: ['10.0.0.0/16'],
  });
  const documents = embeddedDocuments();
  const sent: Sent[] = [];
  const bus: Bus = {
    publish: async (topic, message) => {
      sent.push({ topic, body: JSON.parse(encodeMessage(topic, message).toString('utf8')) });
    },
  };
  const { kubeconfig, transport } = inProcessConnection(garden);
  let ids = 0;

  /** A process of its own over the same store, bus and garden. */
  function instance(intercept: Interceptor = () => undefined): Engine {
    const connection: GardenConnection = {
      namespaces: 'all',
      projects: new Map(),
      writesConstraints: false,
      ...options,
      open: async (signal) =>
        gardenShoots({
          kubeconfig: parseKubeconfig(kubeconfig),
          transport: options.wire?.(transport) ?? transport,
          clock,
          signal,
          random: () => 0.5,
        }),
    };
    return assembleEngine({
      documents: interceptedDocuments(documents, intercept),
      bus: interceptedBus(bus, intercept),
      clock,
      newId: () => {
        ids += 1;
        return `id-${ids}`;
      },
      log: pino({ level: 'silent' }),
      openPorts: () => Promise.reject(new Error('no step runs here')),
      garden: connection,
      limits: DEFAULT_LIMITS,
      project: 'toy-project',
      shutdown: new AbortController().signal,
    });
  }

  const engine = instance();
  let taken = 0;
  return {
    clock,
    garden,
    documents,
    sent,
    engine,
    instance,
    /** What the function makes of a minute's message. */
    look: (by = engine) => clock.until(onWatchShoots(by, tick())),
    changes: () => sent.filter(({ topic }) => topic === 'shoot-changed'),
    /** Lets intake have each message that was published since, so many times. */
    takeIn: async (times = 1) => {
      const fresh = sent.filter(({ topic }) => topic === 'shoot-changed').slice(taken);
      taken += fresh.length;
      for (const { body } of fresh.flatMap((each) => Array.from({ length: times }, () => each))) {
        await clock.until(
          deliver(
            engine,
            'shoot-changed',
            onShootChanged,
            push({ text: JSON.stringify(body), id: String(taken) }),
          ),
        );
      }
    },
    migrations: async () => (await documents.list('migrations')).map(({ fields }) => fields),
    refusals: async () => (await documents.list('refusals')).map(({ fields }) => fields),
    state: async () => (await documents.get('watch/garden'))?.fields,
    change: (name: string, patch: object, subresource?: 'status') =>
      garden.client.patch(
        shoots,
        { namespace: 'garden-core', name },
        { kind: 'merge', body: toFields(patch) },
        subresource === undefined ? {} : { subresource },
      ),
    setFamilies: (name: string, ipFamilies: readonly string[]) =>
      garden.client.patch(
        shoots,
        { namespace: 'garden-core', name },
        { kind: 'merge', body: toFields({ spec: { networking: { ipFamilies } } }) },
      ),
  };
}

export type WatchWorld = ReturnType<typeof watchWorld>;

/** The body says nothing. */
function tick() {
  return { id: 'tick', subscription: undefined, attributes: {}, text: '{}' };
}

export const DUAL = ['IPv4', 'IPv6'] as const;

export function requestsTo(garden: Cluster, verb: string): number {
  return garden.gate.counts()[`${verb} shoots.core.gardener.cloud`] ?? 0;
}
