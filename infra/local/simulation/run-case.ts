import type { Migration } from '../../../shared/migration/migration.ts';
import {
  createInProcessWorld,
  type InProcessWorld,
  type OutgoingCall,
  settled,
} from '../in-process/index.ts';
import { standing } from '../in-process/migration-watch.ts';
import { localShoot } from '../world/shoot-file.ts';
import type { Case } from './case.ts';
import { endStateOf } from './end-state/index.ts';
import { badEnding, endingOf } from './ending.ts';
import { armFaults, mayEnd } from './faults/index.ts';
import { History } from './history.ts';
import { watchLaws, withForeignResources } from './laws/index.ts';
import { untilOver } from './over.ts';
import { record } from './recording.ts';
import { strayErrors } from './stray-errors.ts';
import type { Verdict, Violation } from './verdict.ts';

/** Who wants to hear of a run while it goes on. */
export interface Listener {
  /** One line of the history: what happened, with its time in simulated milliseconds. */
  readonly line?: (line: string) => void;
  /** Each call that leaves the product, as it does. */
  readonly call?: (call: OutgoingCall) => void;
  /** The topic of each message, as it is on its way. */
  readonly message?: (topic: string) => void;
  /** The world when all is over, before it is stopped. */
  readonly over?: (world: InProcessWorld) => Promise<void>;
}

/**
 * Runs a case to its end, and on until nothing more can come of it. The same case leads to the same verdict.
 *
 * @throws Error when the world cannot be made (more nodes than its ranges hold).
 */
export async function runCase(theCase: Case, listener: Listener = {}): Promise<Verdict> {
  const stray = strayErrors();
  try {
    const world = await worldOf(theCase);
    try {
      return await run(world, theCase, listener, stray.seen);
    } finally {
      await world.stop();
      // What breaks because the world ended is nobody's fault; it must have passed before nobody listens any more.
      await settled();
    }
  } finally {
    stray.stop();
  }
}

function worldOf(theCase: Case): Promise<InProcessWorld> {
  const { nodes, seed, strategy, networkPlugin, instances, switches, suspendAfterMs } = theCase;
  return createInProcessWorld({
    nodes,
    seed,
    strategy,
    instances,
    switches,
    ...(suspendAfterMs !== undefined && { suspendAfterMs }),
    clients: theCase.clients ?? 'direct',
    adaptCompute: withForeignResources,
    shoot: localShoot(undefined, nodes, networkPlugin),
    acknowledgeTrafficLoss: strategy === 'cutover',
  });
}

async function run(
  world: InProcessWorld,
  theCase: Case,
  listener: Listener,
  strayErrorsSeen: () => readonly unknown[],
): Promise<Verdict> {
  const beganAt = world.clock.now();
  const sinceBegan = () => world.clock.now() - beganAt;
  const history = new History(sinceBegan, listener.line);
  let calls = 0;
  // Before the faults: what strikes as a call goes out must not be taken for what the call before it did.
  const laws = watchLaws(world, theCase);
  const faults = armFaults(world, theCase);
  const stopRecording = record(world, history, {
    struck: faults.struck,
    call: (call) => {
      calls += 1;
      listener.call?.(call);
    },
    message: (topic) => listener.message?.(topic),
  });
  await world.changeShoot();
  const over = await untilOver(world, faults);
  faults.stop();
  await laws.end();
  stopRecording();
  const ending = over ? endingOf(world.migration) : 'stuck';
  const simulatedSeconds = sinceBegan() / 1_000;
  const now = (law: Violation['law'], message: string): Violation => ({
    law,
    atSeconds: simulatedSeconds,
    message,
  });
  const bad = badEnding(world.migration, ending);
  const violations = [
    ...laws.violations(),
    ...strayErrorsSeen().map((error) => now('no error is lost', described(error))),
    ...(bad === undefined ? [] : [now('it ends', bad)]),
  ];
  if (bad === undefined && !mayEndSo(theCase, ending, world.migration)) {
    violations.push(now('same end', `nothing in the case excuses this end: ${standing(world.migration)}`));
  }
  const endState = await endStateOf(world);
  const stands = standing(world.migration);
  history.add('over', ending, stands, violations, endState);
  await listener.over?.(world);
  const historyHash = history.end();
  return {
    case: theCase,
    ending,
    standing: stands,
    violations,
    calls,
    historyHash,
    endState,
    simulatedSeconds,
  };
}

/** Where what nobody knows is the other way, or runs are ended again and again, to stop and say so is right. */
function mayEndSo(theCase: Case, ending: Verdict['ending'], migration: Migration | undefined): boolean {
  const { switches, suspendAfterMs } = theCase;
  if (Object.keys(switches).length > 0 || suspendAfterMs !== undefined) return true;
  const status = migration?.status;
  return mayEnd(theCase, ending, status !== undefined && 'reason' in status ? status.reason : undefined);
}

function described(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
