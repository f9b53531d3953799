import { once } from 'node:events';
import { http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { embeddedDocuments } from '../../infra/local/backends/embedded/index.ts';
import type { Handler } from '../../shared/edge/receive.ts';
import { StoreUnavailable } from '../../shared/store/documents.ts';
import { testEngine } from '../support/test-engine.ts';
import { pushBody, type Sent } from './deliveries.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
let documents: ReturnType<typeof embeddedDocuments>;
let undo: (() => Promise<void> | void)[];

beforeEach(() => {
  documents = embeddedDocuments();
  undo = SIGNALS.map((signal) => {
    const listeners = process.listeners(signal);
    return () => {
      process.removeAllListeners(signal);
      for (const listener of listeners) process.on(signal, listener);
    };
  });
});

afterEach(async () => {
  for (const step of undo) await step();
});

/** A function process of its own: the edge’s modules hold one instance for each process. */
async function serve(
  options: { handle?: Handler; connect?: () => void; commit?: () => Promise<never> } = {},
) {
  vi.resetModules();
  const [{ receive }, handlers, runtime] = await Promise.all([
    import('../../shared/edge/receive.ts'),
    import('../../shared/edge/handlers.ts'),
    import('../../shared/runtime/instance.ts'),
  ]);
  runtime.connectWith(async (shutdown) => {
    options.connect?.();
    const engine = testEngine({ shutdown });
    return {
      ...engine,
      documents: { ...documents, ...(options.commit === undefined ? {} : { commit: options.commit }) },
    };
  });
  http('migrate-routes', receive('migrate-routes', options.handle ?? handlers.onNudge('migrate-routes')));
  const server = getTestServer('migrate-routes');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  const { port } = address;
  const post = async (body: string, type = 'application/json') => {
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    });
    await answer.text();
    return answer.status;
  };
  return {
    post,
    push: async (sent: Sent) => await post(JSON.stringify(pushBody(sent))),
    instance: runtime.instance,
  };
}

async function refusals() {
  return (await documents.list('refusals')).map(({ fields }) => fields);
}

describe('poison is acknowledged and on record', () => {
  test.each<[what: string, text: string, reason: string]>([
    ['text', 'not json', 'NotJson'],
    ['nothing', '', 'NotJson'],
    ['wrong types', '{"shoot":7}', 'InvalidBody'],
    ['an unknown shoot', '{"shoot":"garden-core/unknown"}', 'UnknownShoot'],
    ['a mebibyte of garbage', 'x'.repeat(1024 * 1024), 'NotJson'],
    [
      'a mebibyte of keys',
      JSON.stringify(Object.fromEntries(Array.from({ length: 60_000 }, (_, key) => [`key-${key}`, 1]))),
      'InvalidBody',
    ],
  ])('%s, and when it comes again it is the same record', async (_what, text, reason) => {
    const { push } = await serve();
    expect(await push({ text, id: 'poison/1' })).toBe(204);
    const once = await refusals();
    expect(once).toMatchObject([{ receiver: 'migrate-routes', messageId: 'poison/1', reason }]);
    expect(once[0]?.excerpt).toBe(text.slice(0, 500));
    expect(await push({ text, id: 'poison/1' })).toBe(204);
    expect(await refusals()).toHaveLength(1);
  });

  test.each<[what: string, body: string, type: string, reason: string]>([
    ['no message at all', '{}', 'application/json', 'NotAMessage'],
    ['text', 'hello', 'text/plain', 'NotJson'],
    ['nothing', '', 'text/plain', 'NotJson'],
    ['a form', 'a=b', 'application/x-www-form-urlencoded', 'NotJson'],
    ['bytes', '\u0000\u0001', 'application/octet-stream', 'NotJson'],
    [
      'another CloudEvent',
      '{"specversion":"1.0","id":"1","source":"s","type":"x"}',
      'application/cloudevents+json',
      'NotAMessage',
    ],
  ])('a request that is %s', async (_what, body, type, reason) => {
    const { post } = await serve();
    expect(await post(body, type)).toBe(204);
    expect(await refusals()).toMatchObject([{ reason, excerpt: body }]);
  });
});

test('a message that was dealt with is acknowledged, and nothing is on record', async () => {
  const seen: string[] = [];
  const { push } = await serve({
    handle: async (_engine, { id, subscription, text }) => {
      seen.push(`${id} ${subscription} ${text}`);
      return {};
    },
  });
  expect(await push({ text: 'hello' })).toBe(204);
  expect(seen).toEqual(['4711 migrate-routes-push hello']);
  expect(await refusals()).toEqual([]);
});

describe('a message comes again', () => {
  test.each([new Error('the API is away'), new TypeError('a mistake in the program'), 'no error at all'])(
    'after %s',
    async (thrown) => {
      const { push } = await serve({
        handle: async () => {
          throw thrown;
        },
      });
      expect(await push({ text: '{}' })).toBe(500);
      expect(await refusals()).toEqual([]);
    },
  );

  test('as long as its refusal is not on record', async () => {
    const { push } = await serve({
      commit: async () => {
        throw new StoreUnavailable('away');
      },
    });
    expect(await push({ text: 'not json' })).toBe(500);
  });

  test('when there was no connection, which the next message tries again; a signal to stop still finds it', async () => {
    let attempts = 0;
    const { push, instance } = await serve({
      connect: () => {
        attempts += 1;
        if (attempts < 3) throw new Error('no environment');
      },
    });
    expect(await push({ text: 'not json' })).toBe(500);
    const failed = instance();
    await expect(failed.engine).rejects.toThrow('no environment');
    expect(await push({ text: 'not json' })).toBe(204);
    expect(attempts).toBe(3);
    expect(instance().drain).toBe(failed.drain);
  });
});

test('while the instance drains, new messages are sent away and those under way are finished', async () => {
  const entered = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const ended: string[] = [];
  const { push, instance } = await serve({
    handle: async () => {
      entered.resolve();
      await finish.promise;
      return {};
    },
  });
  const underWay = push({ text: 'x' }).then((status) => ended.push(`answered ${status}`));
  await entered.promise;
  const stopped = instance()
    .drain.stop()
    .then(() => ended.push('stopped'));
  expect(await push({ text: 'y' })).toBe(503);
  expect(ended).toEqual([]);
  finish.resolve();
  await Promise.all([underWay, stopped]);
  expect(ended.toSorted()).toEqual(['answered 204', 'stopped']);
  expect(await push({ text: 'z' })).toBe(503);
});
