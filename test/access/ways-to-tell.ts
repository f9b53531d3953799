import { inspect } from 'node:util';
import { pino } from 'pino';
import { describeError } from '../../shared/engine/errors.ts';
import { createLogger } from '../../shared/runtime/logger.ts';

/** Whatever somebody may do with a value that they did not know to be a secret. */
export const WAYS: readonly (readonly [how: string, tell: (value: unknown) => string])[] = [
  ['in a message', (value) => `asked with ${value}`],
  ['joined to a text', (value) => ['a', value].join(' ')],
  ['as JSON', (value) => JSON.stringify({ deep: [{ value }] })],
  ['inspected', (value) => inspect(value)],
  ['inspected, all of it', (value) => inspect({ deep: { value } }, { depth: null, showHidden: true })],
  ['spread and inspected', (value) => inspect({ ...(value as object) }, { depth: null, showHidden: true })],
  ['thrown', (value) => describeError(value)],
  ['as a cause', (value) => describeError(new Error('it failed', { cause: value }))],
  [
    'logged by pino as what it takes for an error',
    (value) => lineOf((destination) => pino({}, destination).error({ err: value, error: value }, 'failed')),
  ],
  [
    'logged by pino itself',
    (value) => lineOf((destination) => pino({}, destination).info({ value, said: `${value}` }, 'said')),
  ],
  [
    'logged by the product',
    (value) =>
      lineOf((destination) =>
        createLogger('debug', destination).warn({ value, error: new Error(String(value)) }, 'x'),
      ),
  ],
];

/** What a logger writes. */
function lineOf(log: (destination: { write: (line: string) => void }) => void): string {
  const lines: string[] = [];
  log({ write: (line) => void lines.push(line) });
  return lines.join('');
}
