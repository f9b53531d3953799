import type { LawWatcher } from './scene.ts';
import { at, type Fields, isMigration, listAt, textAt } from './stored.ts';

const law = 'forward or still';

/** Judged write by write, from the document alone. */
export const forwardOrStill: LawWatcher = ({ broken }) => ({
  written: ({ path, before, after }) => {
    if (!isMigration(path)) return;
    if (after === undefined) return broken(law, `${path} was deleted`);
    const why = standsBadly(after) ?? (before === undefined ? undefined : movedBadly(before, after));
    if (why !== undefined) broken(law, `${path}: ${why}`);
  },
});

/** What is wrong with how it stands; undefined when nothing is. */
function standsBadly(migration: Fields): string | undefined {
  const kind = textAt(migration, 'status', 'kind');
  const says = (field: string) => textAt(migration, 'status', field) !== '';
  const active = at(migration, 'active');
  if ((kind === 'succeeded' || kind === 'aborted') === active) return `it is ${kind} and active is ${active}`;
  if (kind === 'running' && at(migration, 'lease') === undefined) return 'it is running and nobody holds it';
  if (kind !== 'waiting' && kind !== 'blocked') return undefined;
  if (!says('reason') || !says('message')) return `it is ${kind} and does not say why`;
  if (kind === 'blocked' && !says('remedy')) return 'it is blocked and does not say what to do';
  const until = kind === 'blocked' || textAt(migration, 'wakeAt') !== '';
  return until ? undefined : 'it waits for no time';
}

function movedBadly(before: Fields, after: Fields): string | undefined {
  const [from, to] = [textAt(before, 'position'), textAt(after, 'position')];
  if (at(before, 'active') === false && JSON.stringify(before.status) !== JSON.stringify(after.status)) {
    return `it had ended and is ${textAt(after, 'status', 'kind')} now`;
  }
  if (from === to || mayTurn(before, after, from, to)) return undefined;
  const steps = listAt(after, 'plan', 'steps');
  const distance = steps.indexOf(to) - steps.indexOf(from);
  if (distance !== 1) return `it went from ${from} to ${to}`;
  const record = listAt(after, 'steps').find((each) => textAt(each, 'name') === from);
  return textAt(record, 'finishedAt') === ''
    ? `it left ${from}, which is not finished, for ${to}`
    : undefined;
}

/** To the way back, from it when there is none, and to the preflight as long as nothing else has begun. */
function mayTurn(before: Fields, after: Fields, from: string, to: string): boolean {
  if (to === 'abort') return at(after, 'abort') !== undefined;
  if (from === 'abort') return textAt(before, 'abort', 'from') === to;
  const begun = listAt(before, 'steps').filter((step) => textAt(step, 'startedAt') !== '');
  return to === 'preflight' && begun.every((step) => textAt(step, 'name') === 'preflight');
}
