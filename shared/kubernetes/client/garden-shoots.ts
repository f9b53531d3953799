import { type ConfigurationOptions, CustomObjectsApi, setHeaderOptions } from '@kubernetes/client-node';
import { z } from 'zod';
import { excerptOf, type ShootExcerpt } from '../../migration/shoot-excerpt.ts';
import { ClusterObjectMissing } from '../errors.ts';
import type { GardenShoots, ReflectedShoot, ShootIdentity } from '../garden-shoots.ts';
import { wasAnswered } from './answers.ts';
import { ApiServer, type ApiServerOptions } from './api-server.ts';
import { gardenTrouble } from './garden-trouble.ts';
import { allPages, type PageRequest } from './pages.ts';
import { configurationOver } from './transport.ts';

const SHOOTS = { group: 'core.gardener.cloud', version: 'v1beta1', plural: 'shoots' };

/** A Shoot has ten to twenty thousand bytes: a page of some 3 MB, of which an excerpt of 700 bytes each stays. */
const PAGE_SIZE = 200;

const MERGE_PATCH = 'application/merge-patch+json';

/** Whatever an item is, its excerpt says so; a page without a list is no page. */
const pageSchema = z.object({
  items: z.array(z.unknown()),
  metadata: z.object({ continue: z.string().nullish() }).nullish(),
});

const shootSchema = z.object({
  metadata: z.object({
    uid: z.string(),
    resourceVersion: z.string(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
  status: z.object({ constraints: z.array(z.unknown()).nullish() }).nullish(),
});

/** The port {@link GardenShoots} over the garden's own API server. */
export function gardenShoots(options: ApiServerOptions): GardenShoots {
  const { kubeconfig, transport } = options;
  const api = new ApiServer(options);
  // Lists and the status of custom resources are nobody else's business: the other adapters' clients do not have them.
  const custom =
    transport === undefined
      ? kubeconfig.makeApiClient(CustomObjectsApi)
      : new CustomObjectsApi(configurationOver(transport, kubeconfig));

  async function pageOf(namespace: string | undefined, page: PageRequest, requested: ConfigurationOptions) {
    const { group, version, plural } = SHOOTS;
    const answer: unknown = await (namespace === undefined
      ? custom.listCustomObjectForAllNamespaces(
          { group, version, resourcePlural: plural, ...page },
          requested,
        )
      : custom.listNamespacedCustomObject({ ...SHOOTS, namespace, ...page }, requested));
    const { items, metadata } = pageSchema.parse(answer);
    return {
      items: items.map(excerptOf),
      metadata: metadata?.continue == null ? {} : { _continue: metadata.continue },
    };
  }

  async function listed(namespace: string | undefined): Promise<readonly ShootExcerpt[]> {
    const call = `list Shoots in ${namespace ?? 'all namespaces'}`;
    const send = (page: PageRequest, requested: ConfigurationOptions) => pageOf(namespace, page, requested);
    return await allPages(api, call, send, undefined, PAGE_SIZE);
  }

  /** One try: who writes looks first whether it is still to be written, and the next minute brings the next look. */
  async function written(
    what: string,
    shoot: ShootIdentity,
    send: (
      place: typeof SHOOTS & Omit<ShootIdentity, 'uid'>,
      requested: ConfigurationOptions,
    ) => Promise<unknown>,
  ): Promise<boolean> {
    const { namespace, name } = shoot;
    const object = objectOf(shoot);
    try {
      await api.once(
        `${what} of ${object}`,
        (requested) =>
          send({ ...SHOOTS, namespace, name }, setHeaderOptions('Content-Type', MERGE_PATCH, requested)),
        object,
      );
      return true;
    } catch (error) {
      if (error instanceof ClusterObjectMissing || wasAnswered(error, 409)) return false;
      throw gardenTrouble(error);
    }
  }

  return {
    async list(namespaces) {
      try {
        if (namespaces === 'all') return await listed(undefined);
        const each: (readonly ShootExcerpt[])[] = [];
        for (const namespace of namespaces) each.push(await listed(namespace));
        return each.flat();
      } catch (error) {
        throw gardenTrouble(error);
      }
    },

    async read(shoot) {
      const { namespace, name, uid } = shoot;
      try {
        const present = await api.get(objectOf(shoot), async (requested) =>
          shootSchema.parse(
            await custom.getNamespacedCustomObject({ ...SHOOTS, namespace, name }, requested),
          ),
        );
        return present.metadata.uid === uid ? reflectedShoot(present) : undefined;
      } catch (error) {
        if (error instanceof ClusterObjectMissing) return undefined;
        throw gardenTrouble(error);
      }
    },

    annotate: (shoot, resourceVersion, annotations) =>
      written('patch annotations', shoot, (place, requested) =>
        custom.patchNamespacedCustomObject(
          { ...place, body: { metadata: { uid: shoot.uid, resourceVersion, annotations } } },
          requested,
        ),
      ),

    // A merge patch replaces the list; that nobody's entry is lost is what the resourceVersion is for. A strategic merge patch would
    // keep them without, but is not understood where Shoots are a custom resource, and would go over what Gardener wrote meanwhile.
    setConstraints: (shoot, resourceVersion, constraints) =>
      written('patch status.constraints', shoot, (place, requested) =>
        custom.patchNamespacedCustomObjectStatus(
          { ...place, body: { metadata: { uid: shoot.uid, resourceVersion }, status: { constraints } } },
          requested,
        ),
      ),
  };
}

function objectOf({ namespace, name }: ShootIdentity): string {
  return `Shoot ${namespace}/${name}`;
}

function reflectedShoot({ metadata, status }: z.output<typeof shootSchema>): ReflectedShoot {
  return {
    resourceVersion: metadata.resourceVersion,
    annotations: metadata.annotations ?? {},
    constraints: status?.constraints ?? [],
  };
}
