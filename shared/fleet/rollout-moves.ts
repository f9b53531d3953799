import type { Timestamp } from '../clock.ts';
import type { Who } from '../migration/history.ts';
import type { RolloutPolicy } from '../migration/rollout-policy.ts';
import { MOST_ACCEPTED, MOST_KEPT, type Rollout, type RolloutEvent, type Trouble } from '../store/rollout.ts';
import { hasPassed } from './canaries.ts';
import type { FleetDecision } from './decide.ts';

/** The moves of a rollout as functions of values. */

/** Who asks for a move, when, and by which message: the same one again is dealt with already. */
export interface Asked {
  readonly at: Timestamp;
  readonly who: Who | undefined;
  readonly messageId: string;
}

export function isHandled(rollout: Rollout, { messageId }: Asked): boolean {
  return rollout.handled.includes(messageId);
}

/** A policy where there was none, or in the place of another: what was let in, stopped and accepted stays as it is. */
export function withPolicy(
  current: Rollout | undefined,
  policy: RolloutPolicy,
  asked: Asked,
  newId: () => string,
): Rollout {
  const { at, who } = asked;
  const set = { policy, setAt: at, who };
  if (current !== undefined && current.state.kind !== 'off') {
    return told({ ...current, ...set }, 'changed', inWords(policy), asked);
  }
  const rollout: Rollout = {
    ...set,
    id: newId(),
    state: { kind: 'running', since: at },
    passed: [],
    accepted: [],
    lettings: { count: 0, by: '' },
    handled: current?.handled ?? [],
    events: current?.events ?? [],
  };
  return told(rollout, 'set', inWords(policy), asked);
}

/** Goes on after a stop: with what is wrong still, as far as it was shown, nobody is to be bothered again. */
export function goneOn(current: Rollout, asked: Asked): Rollout | undefined {
  const { state } = current;
  if (state.kind !== 'stopped') return undefined;
  const known = new Set(current.accepted.map(({ migration }) => migration));
  const news = state.troubles
    .filter(({ migration }) => !known.has(migration))
    .map(({ migration, shoot }) => ({ migration, shoot }));
  const accepted = [...current.accepted, ...news].slice(-MOST_ACCEPTED);
  const shoots = news.map(({ shoot }) => shoot).join(', ');
  const message = shoots === '' ? 'nothing was to be accepted' : `accepted: ${shoots}`;
  return told(
    { ...current, accepted, state: { kind: 'running', since: asked.at } },
    'went on',
    message,
    asked,
  );
}

/** Stopped by an operator. What it was stopped for before stays. */
export function stoppedByHand(current: Rollout, asked: Asked): Rollout | undefined {
  if (current.state.kind !== 'running') return undefined;
  const message = 'an operator said that nothing more is to be let in';
  const stop = { reason: 'StoppedByOperator', message, troubles: [], who: asked.who };
  const state = { kind: 'stopped', since: asked.at, by: 'operator', ...stop } as const;
  return told({ ...current, state }, 'stopped', message, asked);
}

export function turnedOff(current: Rollout, asked: Asked): Rollout | undefined {
  if (current.state.kind === 'off') return undefined;
  const state = { kind: 'off', since: asked.at, who: asked.who } as const;
  return told({ ...current, state }, 'off', 'every shoot goes on by itself', asked);
}

/** Stopped by itself. */
export function stoppedBy(
  current: Rollout,
  { reason, message }: NonNullable<FleetDecision['stop']>,
  troubles: readonly Trouble[],
  at: Timestamp,
): Rollout {
  const state = { kind: 'stopped', since: at, by: 'rollout', reason, message, troubles } as const;
  return withEvent({ ...current, state }, { at, event: 'stopped', message });
}

/** With what a look found out that is worth remembering; the same object where that is nothing. */
export function withNews(
  current: Rollout,
  { canaries, troubles }: Pick<FleetDecision, 'canaries' | 'troubles'>,
): Rollout {
  const passed = canaries
    .filter((each) => hasPassed(each) && each.state === 'passed')
    .map(({ shoot }) => shoot);
  const isNew = passed.some((shoot) => !current.passed.includes(shoot));
  const next = isNew ? { ...current, passed } : current;
  const { state } = next;
  if (state.kind !== 'stopped') return next;
  const isAsBefore = JSON.stringify(state.troubles) === JSON.stringify(troubles);
  return isAsBefore ? next : { ...next, state: { ...state, troubles: [...troubles] } };
}

function told(rollout: Rollout, event: RolloutEvent['event'], message: string, asked: Asked): Rollout {
  const { at, who, messageId } = asked;
  const handled = [...rollout.handled, messageId].slice(-MOST_KEPT);
  return withEvent({ ...rollout, handled }, { at, event, message, who });
}

function withEvent(rollout: Rollout, event: RolloutEvent): Rollout {
  return { ...rollout, events: [...rollout.events, event].slice(-MOST_KEPT) };
}

function inWords(policy: RolloutPolicy): string {
  const { canaries, atOnce, perProject, perNamespace, perSeed, stopAfterBlocked } = policy;
  return [
    canaries.length === 0 ? 'no canary' : `first ${canaries.join(', ')}`,
    `${atOnce} at once`,
    ...(perProject === undefined ? [] : [`${perProject} per project`]),
    ...(perNamespace === undefined ? [] : [`${perNamespace} per namespace`]),
    ...(perSeed === undefined ? [] : [`${perSeed} per seed`]),
    `stops after ${stopAfterBlocked} blocked`,
  ].join(', ');
}
