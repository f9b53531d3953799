import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Where a shoot's world can be found; handed to the functions in a file, since shoots come while the functions run. */
const placeSchema = z.object({
  COMPUTE_ENDPOINT: z.url(),
  SHOOT_KUBECONFIG: z.string(),
  GARDEN_KUBECONFIG: z.string(),
  WORLD_REACHABILITY: z.url(),
});
export type Place = z.infer<typeof placeSchema>;

/** Writes the place of the shoot `namespace/name` into `folder`, with its kubeconfigs. */
export async function writePlace(
  folder: string,
  shootKey: string,
  place: Pick<Place, 'COMPUTE_ENDPOINT' | 'WORLD_REACHABILITY'> & { cluster: string; garden: string },
): Promise<void> {
  const { cluster, garden, ...endpoints } = place;
  const written: Place = {
    ...endpoints,
    SHOOT_KUBECONFIG: fileOf(folder, shootKey, 'shoot.kubeconfig'),
    GARDEN_KUBECONFIG: fileOf(folder, shootKey, 'garden.kubeconfig'),
  };
  await writeFile(written.SHOOT_KUBECONFIG, cluster);
  await writeFile(written.GARDEN_KUBECONFIG, garden);
  await writeFile(fileOf(folder, shootKey, 'place.json'), JSON.stringify(written));
}

/** @throws Error when the shoot has no place, or one that cannot be understood. */
export function readPlace(folder: string, shootKey: string): Place {
  return placeSchema.parse(JSON.parse(readFileSync(fileOf(folder, shootKey, 'place.json'), 'utf8')));
}

function fileOf(folder: string, shootKey: string, ending: string): string {
  return join(folder, `${shootKey.replace('/', '--')}.${ending}`);
}
