import type { Instance } from '../../compute/compute.ts';
import type { PodRouteRecord } from '../../migration/pod-route.ts';
import { POD_RANGE_NAME } from '../infrastructure-names.ts';
import { type CarryingNode, type Survey, survey } from '../migrate-routes/survey.ts';
import type { AbortFacts } from './gather.ts';

/** An alias IP range that the migration brought about and that has to go. */
export interface OwnAlias {
  readonly instance: Instance;
  readonly range: string;
  /** The node on that instance, once it has a pod CIDR. */
  readonly node: CarryingNode | undefined;
}

/** Where the migration stands on its way back. */
export interface Way extends Survey<AbortFacts> {
  /** Nodes that carry pods and are not being deleted: those that must be carried at every instant. */
  readonly staying: readonly CarryingNode[];
  /** Instances that have a route to themselves for their own pod CIDR. */
  readonly routed: ReadonlySet<string>;
  readonly aliases: readonly OwnAlias[];
  /** The secondary range is there and had not been found. */
  readonly rangeIsOurs: boolean;
}

export function wayBack(facts: AbortFacts): Way {
  const seen = survey(facts);
  const leaving = new Set(facts.nodes.flatMap((node) => (node.leaving ? [node.name] : [])));
  const podCidrs = new Map(seen.nodes.map(({ instance, podCidr }) => [instance.name, podCidr]));
  const routed = seen.podRoutes.filter(
    // A route with tags takes no part in the second lookup of a hybrid subnet (make-before-break.md §2.5).
    ({ route, destination }) => route.tags.length === 0 && podCidrs.get(route.nextHop.name) === destination,
  );
  return {
    ...seen,
    staying: seen.nodes.filter(({ name }) => !leaving.has(name)),
    routed: new Set(routed.map(({ route }) => route.nextHop.name)),
    aliases: ownAliases(facts, seen.nodes),
    rangeIsOurs: seen.podRange !== undefined && facts.found.nodesSubnet.podRange === undefined,
  };
}

/**
 * An alias out of a range that did not exist before cannot have been there before. Out of a range that did, those are
 * ours whose node had its route on record without one.
 */
function ownAliases({ found, instances, records }: AbortFacts, nodes: readonly CarryingNode[]): OwnAlias[] {
  const nodeOf = new Map(nodes.map((node) => [node.instance.name, node]));
  const added = new Set(
    [...records.values()].flatMap(({ aliasFound, instance, podCidr }) =>
      aliasFound === true ? [] : [`${instance} ${podCidr}`],
    ),
  );
  return instances.flatMap((instance) =>
    instance.aliases
      .filter(({ range, rangeName }) => {
        if (rangeName !== POD_RANGE_NAME) return false;
        return found.nodesSubnet.podRange === undefined || added.has(`${instance.name} ${range}`);
      })
      .map(({ range }) => ({ instance, range, node: nodeOf.get(instance.name) })),
  );
}

/** It carries its node's pods, rather than being left over or in somebody's way. */
export function carries(alias: OwnAlias): alias is OwnAlias & { readonly node: CarryingNode } {
  return alias.node?.podCidr === alias.range;
}

/** Nodes that stay and have no route of their own, but for those that had been found carried by an alias. */
export function unrouted({ staying, routed, aliases }: Way): readonly CarryingNode[] {
  const own = new Set(aliases.map(({ instance }) => instance.name));
  return staying.filter(
    ({ instance, aliased }) => !routed.has(instance.name) && !(aliased && !own.has(instance.name)),
  );
}

/**
 * The routes to nodes that stay as they were on record, where they are missing now. A name that is taken can be given to
 * no second route: then the route controller is waited for.
 */
export function missingOnRecord({ facts, staying, routed }: Way): readonly PodRouteRecord[] {
  const taken = new Set(facts.routes.map(({ name }) => name));
  const recorded = new Map(
    [...facts.records.values()].flatMap((record) =>
      taken.has(record.name) ? [] : [[`${record.instance} ${record.podCidr}`, record]],
    ),
  );
  return staying
    .filter(({ instance }) => !routed.has(instance.name))
    .flatMap(({ instance, podCidr }) => recorded.get(`${instance.name} ${podCidr}`) ?? []);
}
