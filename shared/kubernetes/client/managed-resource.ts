import { z } from 'zod';
import { type Clock, timestamp } from '../../clock.ts';
import { unlessMissing } from '../../unless-missing.ts';
import { ClusterObjectMissing } from '../errors.ts';
import { isTrue } from '../go-bool.ts';
import type { ApiServer } from './api-server.ts';

/** In which provider-gcp keeps a shoot's control plane, in the shoot's namespace of its seed (gardener-gcp-flow.md §1.4). */
export const MANAGED_RESOURCE = 'extension-controlplane-seed';

/**
 * As long as it is there and true, gardener-resource-manager leaves what the ManagedResource holds as it is
 * (`docs/concepts/resource-manager.md`).
 */
const IGNORE = 'resources.gardener.cloud/ignore';
/**
 * Has provider-gcp take both of these away once it has rendered the control plane anew (§4.4). So Gardener gets its own back even
 * if nobody here ever comes back. An extension that does not know it (before v1.50) leaves it alone.
 */
const REMOVE_IGNORE = 'gcp.provider.extensions.gardener.cloud/remove-ignore';
/** That it was us, and since when: what somebody else has ignored is not ours to give back. */
const IGNORED_SINCE = 'shoot-dualstack/ignored-since';

const managedResourceSchema = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
});

/** What a ManagedResource holds is changed only while that is ignored. */
export interface ManagedResource {
  /** Nothing happens where it is ignored already, whoever did that, and where there is none. */
  ignore(): Promise<void>;
  /** Whether {@link heed} has something to do. */
  isIgnoredByUs(): Promise<boolean>;
  /** Takes our {@link ignore} back; nothing happens when it is not ours, or gone. */
  heed(): Promise<void>;
}

export function managedResource(
  api: ApiServer,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  clock: Clock,
): ManagedResource {
  const object = `ManagedResource ${namespace}/${name}`;
  const place = {
    group: 'resources.gardener.cloud',
    version: 'v1alpha1',
    plural: 'managedresources',
    namespace,
    name,
  };

  async function annotate(
    annotationsOf: (
      present: Readonly<Record<string, string>>,
    ) => Readonly<Record<string, string | null>> | undefined,
  ): Promise<void> {
    const change = api.change({
      object,
      kind: 'merge',
      read: async (options) =>
        managedResourceSchema.parse(await api.custom.getNamespacedCustomObject(place, options)),
      patchOf: ({ metadata }) => {
        const annotations = annotationsOf(metadata.annotations ?? {});
        return annotations === undefined ? undefined : { metadata: { annotations } };
      },
      send: (body, options) => api.custom.patchNamespacedCustomObject({ ...place, body }, options),
    });
    // Gardeners before that kept a control plane in one rendered it themselves, and only when they reconciled.
    await unlessMissing(change, ClusterObjectMissing);
  }

  return {
    ignore: () =>
      annotate((present) =>
        isTrue(present[IGNORE])
          ? undefined
          : { [IGNORE]: 'true', [REMOVE_IGNORE]: 'true', [IGNORED_SINCE]: timestamp(clock) },
      ),
    async isIgnoredByUs() {
      const read = api.get(object, async (options) =>
        managedResourceSchema.parse(await api.custom.getNamespacedCustomObject(place, options)),
      );
      const found = await unlessMissing(read, ClusterObjectMissing);
      return found?.metadata.annotations?.[IGNORED_SINCE] !== undefined;
    },
    heed: () =>
      annotate((present) => {
        if (present[IGNORED_SINCE] === undefined) return undefined;
        // Gardener has taken ours away, both at once; who ignored it since is somebody else.
        const isTheirs = isTrue(present[IGNORE]) && present[REMOVE_IGNORE] === undefined;
        return { ...(!isTheirs && { [IGNORE]: null, [REMOVE_IGNORE]: null }), [IGNORED_SINCE]: null };
      }),
  };
}
