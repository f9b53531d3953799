/**
 * What is kept of a Shoot that comes in a list of thousands: some 700 bytes of ten to twenty thousand. Everything from which an
 * admission is judged (`admission.ts`), a migration is begun (`engine/new-migration.ts`), and seen whether one is unfinished.
 */
const KEPT: readonly (readonly string[])[] = [
  ['metadata', 'name'],
  ['metadata', 'namespace'],
  ['metadata', 'uid'],
  ['metadata', 'deletionTimestamp'],
  ['spec', 'region'],
  ['spec', 'seedName'],
  ['spec', 'kubernetes', 'version'],
  ['spec', 'kubernetes', 'kubeControllerManager', 'nodeCIDRMaskSize'],
  ['spec', 'hibernation', 'enabled'],
  ['spec', 'maintenance', 'timeWindow', 'begin'],
  ['spec', 'maintenance', 'timeWindow', 'end'],
  ['spec', 'networking', 'type'],
  ['spec', 'networking', 'ipFamilies'],
  ['spec', 'networking', 'nodes'],
  ['spec', 'networking', 'pods'],
  ['spec', 'networking', 'services'],
  ['spec', 'networking', 'providerConfig', 'overlay', 'enabled'],
  ['spec', 'networking', 'providerConfig', 'ipam', 'type'],
  ['spec', 'provider', 'type'],
  ['spec', 'provider', 'infrastructureConfig', 'networks', 'vpc', 'name'],
  ['status', 'technicalID'],
  ['status', 'seedName'],
  ['status', 'hibernated'],
  ['status', 'networking', 'pods'],
];

/** A part of a Shoot manifest, in the manifest's own words. */
export interface ShootExcerpt {
  readonly [field: string]: unknown;
}

/**
 * The excerpt of anything: what is not there, or not where it should be, is left out, and whoever reads the excerpt says what is
 * missing. Items of a list do not name their kind where the server is not one for custom resources; here all do.
 */
export function excerptOf(manifest: unknown): ShootExcerpt {
  const kept: Branch = { apiVersion: 'core.gardener.cloud/v1beta1', kind: 'Shoot' };
  for (const path of KEPT) {
    const value = at(manifest, path);
    if (value !== undefined) put(kept, path, value);
  }
  const types = constraintTypes(at(manifest, ['status', 'constraints']));
  if (types.length > 0) put(kept, ['status', 'constraints'], types);
  return kept;
}

interface Branch {
  [field: string]: unknown;
}

function at(value: unknown, path: readonly string[]): unknown {
  let present = value;
  for (const name of path) {
    if (!isBranch(present) || !Object.hasOwn(present, name)) return undefined;
    present = present[name];
  }
  return present;
}

function put(target: Branch, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  const present = target[name];
  const child: Branch = isBranch(present) ? present : {};
  target[name] = child;
  put(child, rest, value);
}

function isBranch(value: unknown): value is Branch {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Each with its type alone: `status.constraints` also holds what others have to say, at any length. */
function constraintTypes(constraints: unknown): readonly { readonly type: string }[] {
  if (!Array.isArray(constraints)) return [];
  return constraints.flatMap((each: unknown) => {
    const type = at(each, ['type']);
    return typeof type === 'string' ? [{ type: type.slice(0, 100) }] : [];
  });
}
