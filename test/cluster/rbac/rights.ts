import type { AuditEvent } from '../control-plane/index.ts';
import type { ClusterRole } from './manifests.ts';

/** One verb on one resource, of one object or of all, as a rule grants it. */
export interface Right {
  /** Whose it is, as the audit log names users. */
  readonly user: string;
  readonly role: string;
  /** Undefined where the role is bound in the whole cluster. */
  readonly namespace: string | undefined;
  readonly group: string;
  /** With its subresource: `pods/proxy`. */
  readonly resource: string;
  /** Undefined for all objects. */
  readonly name: string | undefined;
  readonly verb: string;
}

/** A request as authorization sees it. */
interface Asked {
  readonly user: string;
  readonly namespace: string | undefined;
  readonly group: string;
  readonly resource: string;
  readonly name: string | undefined;
  readonly verb: string;
}

/** Every right that a role gives to a user to whom it is bound, in a namespace or everywhere. */
export function rightsOf(
  { metadata, rules }: ClusterRole,
  user: string,
  namespace: string | undefined,
): readonly Right[] {
  return rules.flatMap(({ apiGroups, resources, resourceNames = [undefined], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        resourceNames.flatMap((name) =>
          verbs.map((verb) => ({ user, role: metadata.name, namespace, group, resource, name, verb })),
        ),
      ),
    ),
  );
}

/**
 * Those of the rights without which none of the requests would have been refused. A right is needed when a request was
 * granted by it alone.
 */
export function unneededOf(rights: readonly Right[], requests: readonly AuditEvent[]): readonly Right[] {
  const needed = new Set<Right>();
  for (const asked of requests.flatMap(askedBy)) {
    const [granting, ...others] = rights.filter((right) => grants(right, asked));
    if (granting !== undefined && others.length === 0) needed.add(granting);
  }
  return rights.filter((right) => !needed.has(right));
}

/** `get apps deployments coredns in kube-system`, for the messages of a failing test. */
export function described({ namespace, group, resource, name, verb, role }: Right): string {
  const what = [verb, group || 'core', resource, name ?? '(all)'].join(' ');
  return `${role}: ${what}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

function grants(right: Right, asked: Asked): boolean {
  return (
    right.user === asked.user &&
    (right.namespace === undefined || right.namespace === asked.namespace) &&
    right.group === asked.group &&
    right.resource === asked.resource &&
    (right.name === undefined || right.name === asked.name) &&
    right.verb === asked.verb
  );
}

const CREATED = 201;

/**
 * A creation is authorized without the name, which stands in its body only, though the audit log knows it. Server-side
 * apply of an object that is not there is a patch that also needs the right to create it, by name.
 */
function askedBy({ user, object, verb, code }: AuditEvent): readonly Asked[] {
  if (object === undefined) return [];
  const { apiGroup: group, resource: plural, subresource, namespace, name } = object;
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  const isCreation = verb === 'create' && subresource === undefined;
  const asked = { user, namespace, group, resource, name: isCreation ? undefined : name, verb };
  return verb === 'patch' && code === CREATED ? [asked, { ...asked, verb: 'create' }] : [asked];
}
