import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { ClusterObjectMissing, ClusterRefused, ClusterUnavailable } from '../../shared/kubernetes/errors.ts';
import { CommandError } from '../exit-codes.ts';
import { type ReadShoot, understoodShoot } from './manifest.ts';

/** The garden as far as `start` and `plan` need it. Throws {@link CommandError} only. */
export interface GardenAtHand {
  shoot(): Promise<ReadShoot>;
  /** Asks for both families, unless somebody else wrote since it was read: then it is read and looked at anew. */
  askForBothFamilies(): Promise<void>;
}

const presentSchema = z.object({
  metadata: z.object({ uid: z.string(), resourceVersion: z.string() }),
  spec: z.object({ networking: z.object({ ipFamilies: z.array(z.string()).nullish() }) }),
});

/** One Shoot of the garden that a kubeconfig file names. */
export async function gardenAtHand(
  file: string,
  key: string,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<GardenAtHand> {
  const [{ readKubeconfig }, { ApiServer }] = await Promise.all([
    import('../../shared/kubernetes/client/kubeconfig.ts'),
    import('../../shared/kubernetes/client/api-server.ts'),
  ]);
  const [namespace = '', name = ''] = key.split('/');
  const place = { group: 'core.gardener.cloud', version: 'v1beta1', plural: 'shoots', namespace, name };
  const object = `Shoot ${key}`;
  const api = new ApiServer({ kubeconfig: opened(file, readKubeconfig), clock, signal });

  return {
    shoot: () =>
      inGarden(file, async () => {
        const manifest: unknown = await api.get(object, (requested) =>
          api.custom.getNamespacedCustomObject(place, requested),
        );
        // What an API server answers about one object has its kind; one that is served by a webhook may lack it.
        const whole =
          typeof manifest === 'object' && manifest !== null ? { kind: 'Shoot', ...manifest } : manifest;
        return understoodShoot(`${object} in the garden`, whole);
      }),
    askForBothFamilies: () =>
      inGarden(file, async () => {
        await api.change({
          object,
          kind: 'merge',
          read: async (requested) =>
            presentSchema.parse(await api.custom.getNamespacedCustomObject(place, requested)),
          patchOf: ({ spec }) => {
            const { ipFamilies } = spec.networking;
            if (ipFamilies?.join() === 'IPv4,IPv6') return undefined;
            if (ipFamilies != null && ipFamilies.join() !== 'IPv4') {
              throw new CommandError(
                'refused',
                `${object} has the families [${ipFamilies.join(', ')}] by now, expected [IPv4]; nothing was changed.`,
              );
            }
            return { spec: { networking: { ipFamilies: ['IPv4', 'IPv6'] } } };
          },
          send: (body, requested) => api.custom.patchNamespacedCustomObject({ ...place, body }, requested),
        });
      }),
  };
}

function opened<Kubeconfig>(file: string, read: (file: string) => Kubeconfig): Kubeconfig {
  try {
    return read(file);
  } catch (error) {
    throw new CommandError('usage', `${file}: ${error instanceof Error ? error.message : error}.`);
  }
}

async function inGarden<Result>(file: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ClusterObjectMissing) {
      throw new CommandError('notFound', `${error.message} in the garden of ${file}.`);
    }
    if (error instanceof ClusterRefused)
      throw new CommandError('refused', `The garden says no: ${error.message}.`);
    if (error instanceof ClusterUnavailable)
      throw new CommandError('unreachable', `The garden gives no answer: ${error.message}.`);
    throw error;
  }
}
