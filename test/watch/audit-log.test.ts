import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { onShootChanged } from '../../shared/edge/handlers.ts';
import { deliver } from '../../shared/edge/receive.ts';
import { push } from '../edge/deliveries.ts';
import { DUAL, shoot, watchWorld } from './garden.ts';

const source = readFileSync(new URL('../../docs/audit-log-transform.js', import.meta.url), 'utf8');
const result = z.object({ data: z.string() }).nullable();

/** As Pub/Sub applies it: to the text of what the sink published. */
function transformed(entry: unknown): string | undefined {
  const message = { data: JSON.stringify(entry), attributes: {} };
  return result.parse(runInNewContext(`${source}; shootChange(message)`, { message }))?.data;
}

function entry(families: readonly string[], changes: object = {}, event: object = {}) {
  // As the API server wrote it: an object of an aggregated API does not always name its kind.
  const { kind: _, ...responseObject } = shoot({ name: 'api', families });
  return {
    insertId: 'x',
    jsonPayload: {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'RequestResponse',
      stage: 'ResponseComplete',
      requestURI: '/apis/core.gardener.cloud/v1beta1/namespaces/garden-core/shoots/api',
      verb: 'patch',
      objectRef: { resource: 'shoots', apiGroup: 'core.gardener.cloud', apiVersion: 'v1beta1', name: 'api' },
      responseStatus: { code: 200 },
      responseObject: { ...responseObject, ...changes },
      ...event,
    },
  };
}

test('a change in the garden’s audit log begins a migration, once, when the Shoot was told of before', async () => {
  const world = watchWorld([]);
  for (const families of [['IPv4'], DUAL, DUAL]) {
    const text = transformed(entry(families));
    await world.clock.until(
      deliver(world.engine, 'shoot-changed', onShootChanged, push({ text: text ?? '' })),
    );
  }
  expect(await world.migrations()).toMatchObject([{ shoot: { key: 'garden-core/api' } }]);
  expect(await world.refusals()).toEqual([]);
});

test.each([
  ['another kind of object', { objectRef: { resource: 'seeds', apiGroup: 'core.gardener.cloud' } }],
  ['a status', { objectRef: { resource: 'shoots', apiGroup: 'core.gardener.cloud', subresource: 'status' } }],
  ['a refused change', { responseStatus: { code: 422 } }],
  ['a dry run', { requestURI: '/apis/core.gardener.cloud/v1beta1/shoots?dryRun=All' }],
  ['a deletion', { verb: 'delete' }],
  ['a request that is not answered yet', { stage: 'RequestReceived' }],
  ['another provider', { responseObject: { spec: { provider: { type: 'aws' } } } }],
])('%s in the audit log is told to nobody', (_, event) => {
  expect(transformed(entry(DUAL, {}, event))).toBeUndefined();
});

test('what is no audit event is told to nobody', () => {
  expect(transformed({ textPayload: 'a line about "shoots"' })).toBeUndefined();
  expect(transformed({ textPayload: 'another line' })).toBeUndefined();
});
