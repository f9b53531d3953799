import { ComputeError } from '../core/errors.ts';
import type { Scope } from '../core/links.ts';
import { scopePath, selfLink } from '../core/links.ts';
import type { Call } from '../core/method.ts';
import type { Project } from '../core/project.ts';
import { pageOf } from './list.ts';

export interface AggregatedList {
  readonly kind: string;
  /** `instances` */
  readonly collection: string;
  readonly scopes: readonly Scope[];
  readonly all: readonly { readonly selfLink: string }[];
  /** Scopes that cannot be reached, e.g. `zones/europe-west1-b`. */
  readonly unreachable: ReadonlySet<string>;
}

/** An aggregated list: every scope with its share of the page, or a warning that it has none (gcp-compute-semantics.md §5). */
export function aggregatedBody(project: Project, call: Call, list: AggregatedList): object {
  const missing = list.scopes.map(scopePath).filter((scope) => list.unreachable.has(scope));
  const partial = call.acceptsPartialResults || project.switches.partialLists === 'unreachables';
  if (missing.length > 0 && !partial) {
    throw new ComputeError(503, 'backendError', `Backend Error: ${missing.join(', ')} cannot be reached`);
  }
  const scopeOf = (link: string) =>
    /\/projects\/[^/]+\/((?:zones|regions)\/[^/]+)\//.exec(link)?.[1] ?? 'global';
  const reachable = list.all.filter((resource) => !list.unreachable.has(scopeOf(resource.selfLink)));
  const { items, nextPageToken } = pageOf(call, reachable);
  const shares = Map.groupBy(items, (resource) => scopeOf(resource.selfLink));
  const path = `projects/${project.id}/aggregated/${list.collection}`;
  return {
    kind: list.kind,
    id: path,
    items: Object.fromEntries(
      list.scopes.map((scope) => {
        const share = shares.get(scopePath(scope));
        return [
          scopePath(scope),
          share === undefined ? nothingIn(scopePath(scope)) : { [list.collection]: share },
        ];
      }),
    ),
    ...(nextPageToken !== undefined && { nextPageToken }),
    ...(missing.length > 0 && {
      unreachables: missing.map((scope) => selfLink(`projects/${project.id}/${scope}`)),
    }),
    selfLink: selfLink(path),
  };
}

function nothingIn(scope: string): object {
  return {
    warning: {
      code: 'NO_RESULTS_ON_PAGE',
      message: `No results for the scope '${scope}'.`,
      data: [{ key: 'scope', value: scope }],
    },
  };
}
