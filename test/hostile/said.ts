import fc from 'fast-check';
import type { Clock } from '../../shared/clock.ts';
import { hostileText, hostileValue, near } from './values.ts';

/** What an API, or a proxy before it, says: a status and whatever text. */
export interface Said {
  readonly status: number;
  readonly body: string;
}

const STATUSES = [200, 200, 200, 200, 201, 204, 301, 304, 400, 401, 403, 404, 409, 410, 412, 429, 500, 503];
const CUT_OR_OF_ANOTHER = ['', '<html>bad gateway</html>', '{"items":[', 'null', '[]', '{}', '7', '"x"'];

/** What may be said instead of what was asked for, in any order; the last of it again and again. */
export function anythingBut(good: object): fc.Arbitrary<readonly Said[]> {
  const text = (value: unknown): string => JSON.stringify(value) ?? '';
  const body = fc.oneof(
    { weight: 5, arbitrary: near(good).map(text) },
    { weight: 2, arbitrary: hostileValue.map(text) },
    { weight: 1, arbitrary: hostileText },
    { weight: 1, arbitrary: fc.constantFrom(...CUT_OR_OF_ANOTHER) },
  );
  const said = fc.record({ status: fc.constantFrom(...STATUSES), body });
  return fc.array(said, { minLength: 1, maxLength: 3 });
}

/** Says one after the other, then the last one for ever, and counts. */
export function inTurn(answers: readonly Said[]) {
  let requests = 0;
  return {
    say: (): Said => {
      const said = answers[Math.min(requests, answers.length - 1)];
      requests += 1;
      return said ?? { status: 500, body: '' };
    },
    requests: () => requests,
  };
}

/** A clock on which every pause is over at once. */
export function hurriedClock(): Clock {
  let now = Date.parse('2026-03-01T22:30:00Z');
  return {
    now: () => now,
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      now += milliseconds;
    },
  };
}

export async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => undefined,
    (error: unknown) => error,
  );
}
