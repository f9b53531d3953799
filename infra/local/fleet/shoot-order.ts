import { createHash } from 'node:crypto';
import { NETWORK_PLUGINS, type NetworkPluginName } from '../../../shared/migration/network-plugins.ts';
import { exampleShoot } from '../example/shoot.ts';

/** One shoot of a fleet, and where it belongs. */
export interface ShootOrder {
  /** From 0; what is random about the shoot comes from it and from the fleet's seed. */
  readonly index: number;
  /** `namespace/name` */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  /** GCP project of its infrastructure; it has the shoots of one namespace of the garden. */
  readonly project: string;
  /** Gardener's seed, the cluster that its control plane runs in. */
  readonly seedName: string;
  readonly region: string;
  /** Minutes after midnight UTC at which its maintenance window opens, for four hours. */
  readonly windowOpens: number;
  readonly networkPlugin: NetworkPluginName;
  readonly nodes: number;
}

const SHOOTS_PER_PROJECT = 10;
const SHOOTS_PER_SEED = 40;
const REGIONS = ['europe-west1', 'europe-west4', 'us-central1'] as const;

/** The windows open at one quarter of an hour after the other, from 20:00 until 23:45. */
export const FIRST_WINDOW_MINUTES = 20 * 60;
const WINDOW_STEP_MINUTES = 15;
const WINDOWS = 16;
const WINDOW_LASTS_MINUTES = 4 * 60;

/**
 * The shoot number `index` of a fleet of so many. Its project has nine others beside it; a seed has shoots of many projects, as
 * it is in a landscape.
 */
export function shootOrder(index: number, { shoots, nodes }: { shoots: number; nodes: number }): ShootOrder {
  const project = Math.floor(index / SHOOTS_PER_PROJECT) + 1;
  const seeds = Math.ceil(shoots / SHOOTS_PER_SEED);
  const seed = (index % seeds) + 1;
  const namespace = `garden-p${project}`;
  const name = `s${(index % SHOOTS_PER_PROJECT) + 1}`;
  const region = REGIONS[seed % REGIONS.length] ?? REGIONS[0];
  return {
    index,
    key: `${namespace}/${name}`,
    namespace,
    name,
    project: `fleet-p${project}`,
    seedName: `gcp-${region}-${seed}`,
    region,
    // Seven has no factor in common with projects and seeds: each of them has shoots of many windows.
    windowOpens: FIRST_WINDOW_MINUTES + ((index * 7) % WINDOWS) * WINDOW_STEP_MINUTES,
    networkPlugin: NETWORK_PLUGINS[index % NETWORK_PLUGINS.length] ?? 'calico',
    nodes,
  };
}

/** The Shoot's manifest. */
export function shootManifest(order: ShootOrder) {
  const { namespace, name, region, windowOpens } = order;
  const example = exampleShoot(order.nodes, order.networkPlugin);
  const { spec } = example;
  const workers = spec.provider.workers.map((pool) => ({
    ...pool,
    zones: ['b', 'c', 'd'].map((letter) => `${region}-${letter}`),
  }));
  const timeWindow = { begin: timeOfDay(windowOpens), end: timeOfDay(windowOpens + WINDOW_LASTS_MINUTES) };
  return {
    ...example,
    metadata: { ...example.metadata, namespace, name, uid: uidOf(order.key) },
    spec: {
      ...spec,
      region,
      seedName: order.seedName,
      maintenance: { timeWindow },
      provider: { ...spec.provider, workers },
    },
    status: { technicalID: `shoot--${namespace.replace('garden-', '')}--${name}` },
  };
}

function timeOfDay(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minutes / 60) % 24)}${two(minutes % 60)}00+0000`;
}

function uidOf(key: string): string {
  const digits = createHash('sha256').update(key).digest('hex');
  return [8, 4, 4, 4, 12].map((length, part) => digits.slice(part * 12, part * 12 + length)).join('-');
}
