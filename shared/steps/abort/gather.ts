import type { StepRun } from '../../engine/step.ts';
import type { Migration } from '../../migration/migration.ts';
import type { Found, Plan } from '../../migration/plan.ts';
import { FORWARD_STEPS, type StepName } from '../../migration/steps.ts';
import { gatherSubnets, type SubnetFacts } from '../enable-ipv6-subnets/gather.ts';
import { POD_RANGE_NAME } from '../infrastructure-names.ts';
import { type ClusterFacts, gatherCluster } from '../migrate-routes/gather.ts';
import { ABORT_MARKS } from './marks.ts';
import { requestOf } from './request.ts';

/** How things stand now, and how they were found. */
export interface AbortFacts extends ClusterFacts {
  readonly plan: Plan;
  readonly found: Found;
  readonly marks: Readonly<Record<string, string>>;
  /** Whether this request has changed anything yet. */
  readonly begun: boolean;
  /** The step that a refusal gives the migration back to. */
  readonly from: StepName | undefined;
  /** Steps after `check-nodes` that have run. */
  readonly laterSteps: readonly StepName[];
  /** What `enable-ipv6-subnets` had made; read only when its turn may have come. */
  readonly subnets: SubnetFacts | undefined;
  /** Gardener is kept from writing the cloud-controller-manager back, by us. */
  readonly controllerHeld?: boolean | undefined;
}

const LATER_STEPS = FORWARD_STEPS.slice(FORWARD_STEPS.indexOf('check-nodes') + 1);

/** Reads by lists, never node by node. Undefined when the migration had not changed anything: there is nothing to see. */
export async function gatherAbort(run: StepRun): Promise<AbortFacts | undefined> {
  const { migration } = run;
  const { plan, marks } = migration;
  const { found } = plan;
  if (found === undefined) return undefined;
  const cluster = await gatherCluster(run);
  const { nodesSubnet } = cluster;
  const podRange = nodesSubnet?.secondaryRanges.find(({ name }) => name === POD_RANGE_NAME);
  const rangeAsFound = (podRange === undefined) === (found.nodesSubnet.podRange === undefined);
  const flagAsFound = nodesSubnet?.routesOverlapAllowed === found.nodesSubnet.routesOverlapAllowed;
  return {
    ...cluster,
    plan,
    found,
    marks,
    begun: marks[ABORT_MARKS.begunFor] === requestOf(migration),
    from: migration.abort?.from,
    laterSteps: LATER_STEPS.filter((step) => hasRun(migration, step)),
    controllerHeld: await run.ports.managerHold?.isHeld(),
    subnets: rangeAsFound && flagAsFound ? await gatherSubnets(run) : undefined,
  };
}

function hasRun({ steps }: Migration, step: StepName): boolean {
  return steps.some(({ name, runs }) => name === step && runs > 0);
}
