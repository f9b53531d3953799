import { parseKubeconfig } from '../../../../../shared/kubernetes/client/kubeconfig.ts';
import type { ObjectKey } from '../../../cluster/object/object.ts';
import { shoots } from '../../../cluster/resources/network.ts';
import type { BoundGarden } from '../bound.ts';
import { ApiClient } from './client.ts';
import { subresourceOf } from './cluster.ts';
import { ApiConnection } from './connection.ts';
import { WatchCache } from './watch-cache.ts';

export interface HttpGardenOptions {
  readonly kubeconfig: string;
  readonly shoot: ObjectKey;
  readonly report?: (error: unknown) => void;
}

/** The garden cluster over any API server that serves Shoots. Resolves when the Shoot was looked for. */
export async function bindGardenOverHttp({
  kubeconfig,
  shoot,
  report,
}: HttpGardenOptions): Promise<BoundGarden> {
  const connection = new ApiConnection(parseKubeconfig(kubeconfig));
  const client = new ApiClient(connection);
  const listeners = new Set<() => void>();
  const cache = new WatchCache({
    client,
    resource: shoots,
    namespace: shoot.namespace,
    query: { fieldSelector: `metadata.name=${shoot.name}` },
    ...(report !== undefined && { report }),
    onChange: () => {
      for (const listener of listeners) listener();
    },
  });
  await cache.start();
  return {
    shoot: () => cache.get(shoot),
    patchShoot: async (body, part) => {
      cache.learn(await client.patch(shoots, shoot, { kind: 'merge', body }, subresourceOf(part)));
    },
    onShootChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      listeners.clear();
      connection.close();
      await cache.stop();
    },
  };
}
