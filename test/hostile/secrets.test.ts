import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeError } from '../../shared/engine/errors.ts';
import { createLogger } from '../../shared/runtime/logger.ts';
import { beginningOf, withoutSecrets } from '../../shared/secrets.ts';
import { PATIENCE, runs } from './runs.ts';
import { PLANTED, seenIn } from './secrets.ts';
import { hostileText, hostileValue } from './values.ts';

/** What a logger of the product writes at its most talkative. */
function capturedLog() {
  const lines: string[] = [];
  return { log: createLogger('trace', { write: (line) => lines.push(line) }), lines };
}

const planted = fc.constantFrom(...PLANTED);
/** Text around a secret as it comes in, kept apart from it: what runs into a secret is another text. */
const around = hostileText.map((text) => text.slice(0, 200));

function nestedJson(text: string, levels: number): string {
  return levels === 0 ? text : nestedJson(JSON.stringify({ text }), levels - 1);
}

describe('a planted secret is recognised', () => {
  test.each(PLANTED)('$what, alone', ({ text }) => {
    expect(seenIn(withoutSecrets(text))).toEqual([]);
  });

  test('wherever it stands, and however often it is wrapped in JSON', PATIENCE, () => {
    fc.assert(
      fc.property(around, planted, around, fc.nat(3), (before, { text }, after, levels) => {
        const whole = nestedJson(`${before}\n${text}\n${after}`, levels);
        expect(seenIn(withoutSecrets(whole))).toEqual([]);
      }),
      runs(400),
    );
  });

  test.each(PLANTED)(
    '$what, wherever the text is cut, and however often it is wrapped in JSON',
    ({ text }) => {
      for (const levels of [0, 1, 2, 3]) {
        const whole = nestedJson(text, levels);
        for (let most = 1; most <= whole.length; most += 1) {
          expect(seenIn(beginningOf(whole, most))).toEqual([]);
          expect(seenIn(withoutSecrets(whole.slice(0, most)))).toEqual([]);
        }
      }
    },
  );

  test('and what is left is left again', PATIENCE, () => {
    fc.assert(
      fc.property(around, planted, around, (before, { text }, after) => {
        const once = withoutSecrets(`${before} ${text} ${after}`);
        expect(withoutSecrets(once)).toBe(once);
      }),
      runs(200),
    );
  });
});

test.each([
  'routes.delete shoot--core--api-6e0c: HTTP 403: Required compute.routes.delete permission [forbidden]',
  'https://127.0.0.1:6443/api/v1/nodes: fetch failed: connect ECONNREFUSED 127.0.0.1:6443',
  'metadata.annotations[shoot-dualstack/node-rollout]: found "x", expected owner, gardener or drain',
  'Unexpected token \'h\', "hello" is not valid JSON',
  'the API server is asked at https://127.0.0.1:6443',
  'listening at http://[::1]',
  'added the secondary range for pods and watched 30 nodes with it',
  'spec.networking.pods: "10.0.0.1/8" is not a canonical IPv4 CIDR; 10.0.0.0/8 would be',
  'keys: expected "a" or "b" and the next page’s token is not known',
])('what is no secret stays: %s', (text) => {
  expect(withoutSecrets(text)).toBe(text);
});

describe('no line of the log holds a secret', () => {
  test('in a message, a field, a name, an error or its cause', PATIENCE, () => {
    fc.assert(
      fc.property(planted, hostileValue, fc.nat(2), ({ text }, beside, levels) => {
        const { log, lines } = capturedLog();
        const wrapped = nestedJson(text, levels);
        const error = new Error('outer', { cause: new Error(wrapped) });
        log.info({ beside, deep: [{ wrapped }] }, wrapped);
        log.error({ err: error, error: describeError(error) }, 'failed %s', wrapped);
        log.child({ shoot: wrapped }).trace('child');
        log.debug(new Error(wrapped));
        expect(lines.length).toBe(4);
        for (const line of lines) {
          expect(seenIn(line)).toEqual([]);
          expect(line.length).toBeLessThan(70_000);
          // One line, and JSON: what came in forges no other.
          expect(line.trimEnd()).not.toContain('\n');
          JSON.parse(line);
        }
      }),
      runs(200),
    );
  });

  test.each(['token', 'password', 'client_secret', 'Authorization', 'client-key-data'])(
    'in a field called %s, whatever it looks like',
    (name) => {
      const { log, lines } = capturedLog();
      log.info({ a: { [name]: 'looks-like-nothing' } }, 'x');
      expect(lines.join('')).not.toContain('looks-like-nothing');
    },
  );

  test('and ordinary lines are written as they are', () => {
    const { log, lines } = capturedLog();
    log.info({ function: 'migrate-routes', result: { kind: 'ran' } }, 'message dealt with');
    expect(JSON.parse(lines.join(''))).toMatchObject({
      severity: 'INFO',
      function: 'migrate-routes',
      result: { kind: 'ran' },
      message: 'message dealt with',
    });
  });
});

describe('describing an error', () => {
  test('never throws, whatever was thrown', PATIENCE, () => {
    const thrown = fc.oneof(
      hostileValue,
      fc.constantFrom<unknown>(undefined, Symbol('x'), Object.create(null), 10n, () => 0),
      hostileText.map((text) => new Error(text)),
    );
    fc.assert(
      fc.property(thrown, (value) => {
        expect(describeError(value).length).toBeLessThan(2_100);
      }),
      runs(200),
    );
  });

  test('ends for an error that is its own cause, and for one whose text is no text', () => {
    const error = new Error('round');
    error.cause = error;
    expect(describeError(error)).toMatch(/^Error: round \(cause: Error: round/);
    const textless = () => {
      throw new Error('no text');
    };
    expect(describeError({ toString: textless })).toBe('a thrown object');
  });
});

/**
 * Characters of the text that the patterns may look at grow with its length and not with its square: told by the time only in
 * the large, for a quadratic one takes minutes where a linear one takes milliseconds, and then the test's own time ends it.
 */
test.each([
  'token=',
  'eyJ',
  'eyJ-',
  '-----BEGIN ',
  '-----BEGIN PRIVATE KEY-----',
  '//a:',
  '//',
  '\\',
  '"',
  'token"\\\\',
  'Bearer ',
  'ya29.',
  '1//',
  'password: ',
  'token:"',
  'LS0tLS1CRUdJTi',
])('half a million characters of %j take no time worth speaking of', { timeout: 20_000 }, (part) => {
  const text = part.repeat(Math.ceil(500_000 / part.length));
  expect(withoutSecrets(`${text}x`).length).toBeGreaterThan(0);
});
