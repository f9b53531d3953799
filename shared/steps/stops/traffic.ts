import type { StepRun } from '../../engine/step.ts';
import { ClusterUnavailable } from '../../kubernetes/errors.ts';
import type { PodRouteRecord } from '../../migration/pod-route.ts';
import { ABORT, type StepName } from '../../migration/steps.ts';
import { abortMarkIn } from '../abort/marks.ts';
import { gatherClusterRoutes } from '../migrate-routes/gather.ts';
import { markIn } from '../migrate-routes/marks.ts';
import { type ClusterRoutes, carriedNodes, type Survey, survey } from '../migrate-routes/survey.ts';

type Marks = Readonly<Record<string, string>>;

/** The steps that take away what leads to pods. What the others do leaves every node reached, whenever it is left off. */
const MOVES_ROUTES: readonly StepName[] = ['migrate-routes', ABORT];

/**
 * Whether pods are, or may be, without traffic because of what the step did so far: to leave it at that would be worse than to go
 * on until they have it back. Asked where the migration itself does not say that it is midway: an outcome ends that, and so does
 * the way back that takes a step's place after its run died.
 *
 * @throws ClusterUnavailable, unless `isFallingAsleep`: of nodes that cannot be asked about none can be helped.
 */
export async function isTrafficCut(
  step: StepName,
  run: StepRun,
  { isFallingAsleep }: { readonly isFallingAsleep: boolean },
): Promise<boolean> {
  if (!MOVES_ROUTES.includes(step)) return false;
  const { marks } = run.migration;
  const records = await run.podRoutes();
  const unproven = isUnproven(marks, records);
  const mayBeCut = unproven || [...records.values()].some(wasTaken) || mayHaveUnprovenRange(marks);
  if (!mayBeCut) return false;
  try {
    const nodes = await run.ports.cluster.nodes();
    if (nodes.every(({ leaving }) => leaving)) return false;
    if (unproven) return true;
    const known = survey(await gatherClusterRoutes(run, { nodes, records }));
    return isCutIn(known) || (mayHaveUnprovenRange(marks) && hasUnusedRange(known));
  } catch (error) {
    if (isFallingAsleep && error instanceof ClusterUnavailable) return false;
    throw error;
  }
}

/** A live node whose route was taken by us, and which has neither that nor an alias. */
function isCutIn(known: Survey): boolean {
  const carried = new Set(carriedNodes(known));
  const taken = new Set(
    [...known.facts.records.values()]
      .filter(wasTaken)
      .map(({ instance, podCidr }) => `${instance} ${podCidr}`),
  );
  return known.nodes.some((node) => !carried.has(node) && taken.has(`${node.instance.name} ${node.podCidr}`));
}

/** Also where the record says already that it is back: it says so before the route is created again. */
function wasTaken({ state, deletingSince, restoredAt, orphaned }: PodRouteRecord): boolean {
  return !orphaned && (state === 'deleted' || deletingSince !== undefined || restoredAt !== undefined);
}

/** Something was taken, or put over it, and whether its nodes are reached was not seen since. */
function isUnproven(marks: Marks, records: ClusterRoutes['records']): boolean {
  const first = records.get(markIn(marks, 'firstRoute') ?? '');
  return (
    UNPROVEN_FORTH.some((name) => markIn(marks, name) !== undefined) ||
    UNPROVEN_BACK.some((name) => abortMarkIn(marks, name) !== undefined) ||
    (first !== undefined && wasTaken(first) && markIn(marks, 'firstNodeReached') === undefined)
  );
}

const UNPROVEN_FORTH = ['unreachedInstances', 'rangeHarmed', 'uncheckedAliases', 'uncheckedRoutes'] as const;
const UNPROVEN_BACK = ['unchecked', 'unreached'] as const;

/** It may have come over the routes, which carry everybody, and nobody has looked what that did. */
function mayHaveUnprovenRange(marks: Marks): boolean {
  return markIn(marks, 'overlapAllowedAt') !== undefined && markIn(marks, 'rangeProvenAt') === undefined;
}

/** Only while nothing uses it can it come off again. */
function hasUnusedRange({ podRange, podRoutes, nodes }: Survey): boolean {
  return podRange !== undefined && podRoutes.length > 0 && !nodes.some(({ aliased }) => aliased);
}
