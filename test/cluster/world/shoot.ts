import type { ApiClient } from '../../../infra/local/actors/bind/http/client.ts';
import type { JsonObject } from '../../../infra/local/cluster/object/json.ts';
import type { KubernetesObject, ObjectKey } from '../../../infra/local/cluster/object/object.ts';
import { shoots } from '../../../infra/local/cluster/resources/network.ts';
import type { LocalShoot } from '../../../infra/local/world/shoot-file.ts';
import { toFields } from '../../../shared/frozen-json.ts';
import { fill } from './fill.ts';

/** The Shoot in the garden, before and after its owner's change. */
export interface ShootChange {
  readonly before: KubernetesObject;
  readonly after: KubernetesObject;
}

/** Puts the single-stack Shoot at rest into the garden. The API server gives it its UID. */
export async function createShoot(
  client: ApiClient,
  { before, shoot }: LocalShoot,
): Promise<KubernetesObject> {
  const key = { namespace: shoot.namespace, name: shoot.name };
  const manifest = toFields(before);
  await fill(client, [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: shoot.namespace } },
    manifest,
  ]);
  return await patchStatus(client, key, { ...Object(manifest.status) });
}

/** What the shoot's owner does, and what gardenlet makes of it in the reconciliation that follows. */
export async function addIpv6(client: ApiClient, before: KubernetesObject): Promise<ShootChange> {
  const key = { namespace: before.metadata.namespace ?? '', name: before.metadata.name };
  const body = { spec: { networking: { ipFamilies: ['IPv4', 'IPv6'] } } };
  const changed = await client.patch(shoots, key, { kind: 'merge', body });
  const after = await patchStatus(client, key, { observedGeneration: changed.metadata.generation });
  return { before, after };
}

function patchStatus(client: ApiClient, key: ObjectKey, status: JsonObject): Promise<KubernetesObject> {
  return client.patch(shoots, key, { kind: 'merge', body: { status } }, { subresource: 'status' });
}
