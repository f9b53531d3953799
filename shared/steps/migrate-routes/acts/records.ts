import { timestamp } from '../../../clock.ts';
import type { StepRun } from '../../../engine/step.ts';
import { advance, deleting, type PodRouteRecord, type PodRouteState } from '../../../migration/pod-route.ts';
import type { PodRoute } from '../survey.ts';

/** Stores all that it takes to create these routes again; before anything is done about them. */
export async function recordRoutes(routes: readonly PodRoute[], run: StepRun): Promise<void> {
  await run.savePodRoutes(routes.map((route) => newRecord(route, run)));
}

/** Moves the records of these routes on; those that passed the state stay as they are. */
export async function moveRecords(
  run: StepRun,
  names: readonly string[],
  state: PodRouteState,
): Promise<void> {
  if (names.length === 0) return;
  const records = await run.podRoutes();
  const at = timestamp(run.clock);
  const moved = names.flatMap((name) => {
    const record = records.get(name);
    return record === undefined ? [] : [advance(record, state, at)];
  });
  await run.savePodRoutes(moved);
}

/** An operation that was started may end after everything else: who goes back has to know of it. */
export async function noteDeletions(names: readonly string[], run: StepRun): Promise<void> {
  const records = await run.podRoutes();
  const at = timestamp(run.clock);
  const begun = names.flatMap((name) => {
    const record = records.get(name);
    return record === undefined || record.deletingSince !== undefined ? [] : [deleting(record, at)];
  });
  if (begun.length > 0) await run.savePodRoutes(begun);
}

/** Changes the records of the routes to these instances. */
export async function changeRecordsOf(
  instances: readonly string[],
  run: StepRun,
  change: (record: PodRouteRecord) => PodRouteRecord,
): Promise<void> {
  const wanted = new Set(instances);
  const records = [...(await run.podRoutes()).values()].filter(({ instance }) => wanted.has(instance));
  const changed = records.map(change).filter((record, index) => record !== records[index]);
  if (changed.length > 0) await run.savePodRoutes(changed);
}

function newRecord({ route, destination, instance, aliased }: PodRoute, run: StepRun): PodRouteRecord {
  return {
    name: route.name,
    instance: route.nextHop.name,
    zone: route.nextHop.zone,
    podCidr: destination,
    network: route.network,
    priority: route.priority,
    description: route.description,
    state: 'recorded',
    orphaned: instance === undefined,
    ...(aliased ? { aliasFound: true } : {}),
    recordedAt: timestamp(run.clock),
  };
}
