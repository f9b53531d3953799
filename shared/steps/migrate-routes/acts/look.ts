import { TerminalError } from '../../../engine/errors.ts';
import type { StepRun } from '../../../engine/step.ts';
import { nodesSubnetName } from '../../infrastructure-names.ts';
import { listed } from '../../listed.ts';
import { MARKS } from '../marks.ts';
import type { Reason } from '../reasons.ts';

/** A node as the probe knows it. */
export interface LookedAt {
  readonly name: string;
  readonly podCidr: string;
}

interface Patience {
  /** How often a node is looked at before it counts as not reached. */
  readonly looks: number;
  readonly pauseSeconds: number;
}

/** After a change that takes time to spread: half a minute. */
const PATIENT: Patience = { looks: 7, pauseSeconds: 5 };
/** Where every second costs traffic: three times in a row is no slip. */
const STRICT: Patience = { looks: 3, pauseSeconds: 1 };

/** Where a watch looks every second; later every five. */
const CLOSE_WATCH_SECONDS = 10;

/** The nodes as the probe and the cluster name them. */
export function lookedAt(
  nodes: readonly { readonly instance: { readonly name: string }; readonly podCidr: string }[],
): readonly LookedAt[] {
  return nodes.map(({ instance, podCidr }) => ({ name: instance.name, podCidr }));
}

/** Sets up what looks; it stays until the step is done. */
async function prepareProbe(run: StepRun): Promise<void> {
  if (!run.migration.marks[MARKS.probe]) await run.remember(MARKS.probe, 'set-up');
  await run.ports.reachability.prepare();
}

export async function removeProbe(run: StepRun): Promise<void> {
  await run.ports.reachability.remove();
  await run.remember(MARKS.probe, '');
}

/** Those that are not reached although they were given time. Nodes that leave or are not ready are nobody's carriers. */
export async function unreachedAmong(
  nodes: readonly LookedAt[],
  run: StepRun,
  patience: Patience = PATIENT,
): Promise<readonly string[]> {
  if (nodes.length === 0) return [];
  await prepareProbe(run);
  return await lookAt(await present(nodes, run), run, patience);
}

/**
 * Looks again and again for so many seconds, closely at first.
 *
 * @returns as soon as there are any, those that were not reached three times in a row.
 */
export async function watch(
  nodes: readonly LookedAt[],
  run: StepRun,
  seconds: number,
): Promise<readonly string[]> {
  if (nodes.length === 0) return [];
  const { clock, signal } = run;
  await prepareProbe(run);
  const watched = await present(nodes, run);
  const begin = clock.now();
  for (;;) {
    const unreached = await lookAt(watched, run, STRICT);
    const passed = (clock.now() - begin) / 1000;
    if (unreached.length > 0 || passed >= seconds) return unreached;
    const pause = passed < CLOSE_WATCH_SECONDS ? 1 : 5;
    await clock.sleep(Math.min(pause, seconds - passed) * 1000, signal);
  }
}

/**
 * What was not reached before could not be told from what comes after.
 *
 * @throws TerminalError naming the nodes that are not reached.
 */
export async function proveReached(nodes: readonly LookedAt[], run: StepRun, what: string): Promise<void> {
  const unreached = await unreachedAmong(nodes, run);
  if (unreached.length > 0) throw notReached(unreached, what);
}

export function notReached(nodes: readonly string[], what: string): TerminalError {
  return new TerminalError(
    'NodeNotReached' satisfies Reason,
    `The pods of ${listed(nodes)} are not reached. ${what}`,
    'Compare aliases, firewall and the guest agent of these nodes with those of others, then publish the step again.',
  );
}

/** Those whose Node is there, ready and stays. */
export async function present(nodes: readonly LookedAt[], run: StepRun): Promise<readonly LookedAt[]> {
  const staying = new Set(
    (await run.ports.cluster.nodes())
      .filter(({ leaving, ready }) => ready && !leaving)
      .map(({ instance, name }) => instance?.name ?? name),
  );
  return nodes.filter(({ name }) => staying.has(name));
}

async function lookAt(
  nodes: readonly LookedAt[],
  run: StepRun,
  { looks, pauseSeconds }: Patience,
): Promise<readonly string[]> {
  let suspects = nodes;
  for (let look = 1; suspects.length > 0; look += 1) {
    const unreached = new Set(await run.ports.reachability.unreached(suspects));
    suspects = suspects.filter(({ name }) => unreached.has(name));
    if (suspects.length === 0 || look === looks) break;
    await run.clock.sleep(pauseSeconds * 1000, run.signal);
  }
  if (suspects.length === 0) return [];
  // A Node outlives its instance by a while; nobody's pods are there any more.
  const instances = await run.ports.compute.instances(nodesSubnetName(run.migration.target));
  const running = new Set(instances.flatMap((instance) => (instance.running ? [instance.name] : [])));
  const left = await present(suspects, run);
  return left.flatMap(({ name }) => (running.has(name) ? [name] : []));
}
