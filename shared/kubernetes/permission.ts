import { RIGHTS, type RolePart, type ShootPart } from './rights.ts';

/** One verb on one resource, of one object or of all: what an API server can be asked about. */
export interface Permission {
  readonly part: RolePart;
  /** Undefined for the whole cluster. */
  readonly namespace: string | undefined;
  /** Empty for the core group. */
  readonly group: string;
  /** With its subresource: `pods/proxy`. */
  readonly resource: string;
  /** Undefined for all objects, and for what names none: lists, and creations, whose name stands in the body. */
  readonly name: string | undefined;
  readonly verb: string;
}

/** What became of the question which permissions are missing. Those in neither list are there. */
export interface MissingRights {
  readonly missing: readonly Permission[];
  /** About these the API server would not or could not say anything. */
  readonly unknown: readonly UnknownRight[];
}

export interface UnknownRight {
  readonly permission: Permission;
  /** In the API server's words. */
  readonly why: string;
}

/** What a part gives in the shoot's cluster. */
export function permissionsInShoot(part: ShootPart): readonly Permission[] {
  return RIGHTS[part].flatMap(({ scope, group, resource, names = [undefined], verbs }) => {
    const namespace = scope === 'cluster' ? undefined : 'kube-system';
    return names.flatMap((name) => verbs.map((verb) => ({ part, namespace, group, resource, name, verb })));
  });
}

/** The same of the parts that are for one object; a role may be narrowed to that, so it is what is asked about. */
export function permissionsAt(
  part: Exclude<RolePart, ShootPart>,
  place: { readonly namespace: string; readonly name: string },
): readonly Permission[] {
  const { namespace } = place;
  return RIGHTS[part].flatMap(({ group, resource, verbs }) =>
    verbs.map((verb) => {
      const name = verb === 'list' ? undefined : place.name;
      return { part, namespace, group, resource, name, verb };
    }),
  );
}

/** As `kubectl auth can-i` takes them, verbs on the same thing together: `get,patch deployments.apps/coredns in kube-system`. */
export function inWords(permissions: readonly Permission[]): readonly string[] {
  const byObject = Map.groupBy(permissions, objectInWords);
  return [...byObject].map(
    ([object, same]) => `${[...new Set(same.map(({ verb }) => verb))].join(',')} ${object}`,
  );
}

function objectInWords({ group, resource, name, namespace }: Permission): string {
  const kind = group === '' ? resource : `${resource}.${group}`;
  const object = name === undefined ? kind : `${kind}/${name}`;
  return `${object} in ${namespace ?? 'the whole cluster'}`;
}
