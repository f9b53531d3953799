import type { RoundResult } from '../../../shared/engine/step.ts';
import type { StepName } from '../../../shared/migration/steps.ts';
import type { AuditEvent } from '../control-plane/index.ts';
import type { ClusterWorld } from './world.ts';

/** One round of a step on the world as it is, as if its message came once more and were admitted. It may store nothing. */
export async function runAgain(world: ClusterWorld, name: StepName): Promise<RoundResult> {
  const { engine, migration } = world.functions;
  const step = engine.steps.get(name);
  if (step === undefined || migration === undefined) throw new Error(`there is no ${name} to run again`);
  const { signal } = new AbortController();
  const refuse = async () => {
    throw new Error(`${name} wanted to store something in its second run`);
  };
  return await step.round({
    migration,
    ports: await engine.openPorts(migration, signal),
    clock: engine.clock,
    log: engine.log,
    cause: 'engine',
    signal,
    remember: refuse,
    replan: refuse,
    report: async () => undefined,
    podRoutes: async () => new Map(),
    savePodRoutes: refuse,
  });
}

/** Of what the API server audited, what the functions asked for. */
export function requestsOf({ users }: ClusterWorld, events: readonly AuditEvent[]): readonly AuditEvent[] {
  return events.filter(({ user }) => users.includes(user));
}

const READS = ['get', 'list', 'watch'];

/** Those that change something: neither reads nor dry runs, nor reviews, which ask what one may do. */
export function changesAmong(requests: readonly AuditEvent[]): readonly AuditEvent[] {
  return requests.filter(
    ({ verb, dryRun, object }) =>
      !READS.includes(verb) && !dryRun && object?.resource !== 'selfsubjectaccessreviews',
  );
}
