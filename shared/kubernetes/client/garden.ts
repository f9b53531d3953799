import { z } from 'zod';
import type { Timestamp } from '../../clock.ts';
import { beginningOf } from '../../secrets.ts';
import { ClusterObjectMissing, ShootNotInGarden } from '../errors.ts';
import type { Garden } from '../garden.ts';
import { permissionsAt } from '../permission.ts';
import { ApiServer, type ApiServerOptions } from './api-server.ts';
import { missingAmong } from './rights.ts';

export interface GardenShootOptions extends ApiServerOptions {
  /** The project's namespace, e.g. `garden-core`. */
  readonly namespace: string;
  readonly name: string;
  /** Kubeconfigs of the Shoot that the garden is asked for; their rights are asked about too. Default: none. */
  readonly issues?: readonly ('adminkubeconfig' | 'viewerkubeconfig')[];
}

const OPERATION = 'gardener.cloud/operation';

/** Operations in one annotation are separated by this (gardener-core-flow.md §8). */
const SEPARATOR = ';';

/** Characters of Gardener's error. */
const MOST_WORDS = 300;

const shootSchema = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    generation: z.number().default(0),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      lastOperation: z
        .object({
          state: z.string().optional(),
          description: z.string().optional(),
          lastUpdateTime: z.iso.datetime({ offset: true }).optional(),
        })
        .nullish(),
      lastErrors: z.array(z.object({ description: z.string().optional() })).nullish(),
      manualWorkerPoolRollout: z.object({ pendingWorkersRollouts: z.array(z.unknown()).nullish() }).nullish(),
    })
    .prefault({}),
});
type ShootAnswer = z.output<typeof shootSchema>;

/** The port {@link Garden} for one Shoot. */
export function gardenShoot({ namespace, name, issues = [], ...options }: GardenShootOptions): Garden {
  const api = new ApiServer(options);
  const object = `Shoot ${namespace}/${name}`;
  const place = { group: 'core.gardener.cloud', version: 'v1beta1', plural: 'shoots', namespace, name };

  async function ask(
    operation: string,
    isAsked: (present: string) => boolean = (present) => present === operation,
  ): Promise<void> {
    const change = api.change({
      object,
      kind: 'merge',
      read: async (requested) =>
        shootSchema.parse(await api.custom.getNamespacedCustomObject(place, requested)),
      patchOf: (shoot) => {
        const asked = operationsOf(shoot);
        if (asked.some(isAsked)) return undefined;
        return { metadata: { annotations: { [OPERATION]: [...asked, operation].join(SEPARATOR) } } };
      },
      send: (body, requested) => api.custom.patchNamespacedCustomObject({ ...place, body }, requested),
    });
    await inGarden(change);
  }

  async function inGarden<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      throw error instanceof ClusterObjectMissing
        ? new ShootNotInGarden(object, { cause: error.cause })
        : error;
    }
  }

  return {
    shoot: () =>
      inGarden(api.get(object, (requested) => api.custom.getNamespacedCustomObject(place, requested))),
    async seed(seed) {
      const { group, version } = place;
      try {
        return await api.get(`Seed ${seed}`, (requested) =>
          api.custom.getClusterCustomObject({ group, version, plural: 'seeds', name: seed }, requested),
        );
      } catch (error) {
        if (error instanceof ClusterObjectMissing) return undefined;
        throw error;
      }
    },
    async state() {
      const read = api.get(object, async (requested) =>
        shootSchema.parse(await api.custom.getNamespacedCustomObject(place, requested)),
      );
      const shoot = await inGarden(read);
      const { status, metadata } = shoot;
      const asked = operationsOf(shoot);
      const rolling = status.manualWorkerPoolRollout?.pendingWorkersRollouts ?? [];
      return {
        workersRolling: rolling.length > 0 || asked.some(rollsWorkers),
        // The API server takes `reconcile` out of the annotation at once and leaves only a new generation (§8).
        reconciling:
          // Gardeners that know one operation at a time would find none in two: what was asked first is waited for.
          asked.some((operation) => !rollsWorkers(operation)) ||
          status.observedGeneration < metadata.generation ||
          ['Pending', 'Processing'].includes(status.lastOperation?.state ?? ''),
        failure: failureOf(shoot),
        succeededAt: succeededAt(shoot),
      };
    },
    // Two of them, or one beside a rotation that rolls as well, are one too many.
    rolloutWorkers: (pools) =>
      ask(`rollout-workers=${pools === 'all' ? '*' : pools.join(',')}`, rollsWorkers),
    reconcile: () => ask('reconcile'),
    missingRights: () => {
      const ofAccess = permissionsAt('garden-access', { namespace, name }).filter(({ resource }) =>
        issues.some((subresource) => resource === `shoots/${subresource}`),
      );
      return missingAmong(api, [...permissionsAt('garden', { namespace, name }), ...ofAccess]);
    },
  };
}

function succeededAt({ status }: ShootAnswer): Timestamp | undefined {
  const { state, lastUpdateTime } = status.lastOperation ?? {};
  if (state !== 'Succeeded' || lastUpdateTime === undefined) return undefined;
  return new Date(lastUpdateTime).toISOString() as Timestamp;
}

/** `Error` is tried again; after `Failed` only `retry` is heeded (`pkg/apiserver/registry/core/shoot/strategy.go`). */
function failureOf({ status }: ShootAnswer) {
  const { state, description = '' } = status.lastOperation ?? {};
  if (state !== 'Failed' && state !== 'Error') return undefined;
  const errors = (status.lastErrors ?? []).flatMap((error) => error.description ?? []);
  // Each may quote what a cloud answered, at any length and with the request's headers.
  return { forGood: state === 'Failed', message: beginningOf(errors[0] ?? description, MOST_WORDS) };
}

function operationsOf({ metadata }: ShootAnswer): readonly string[] {
  const asked = metadata.annotations[OPERATION] ?? '';
  return asked
    .split(SEPARATOR)
    .map((operation) => operation.trim())
    .filter((operation) => operation !== '');
}

/** `rollout-workers=<pools>` and the rotation of credentials that comes with a rollout. */
function rollsWorkers(operation: string): boolean {
  return /^(rotate-)?rollout-workers(=|$)/.test(operation);
}
