import { expect, test } from 'vitest';
import { shoots } from '../../infra/local/cluster/index.ts';
import type { Transport, TransportAnswer } from '../../shared/kubernetes/client/index.ts';
import { GARDEN_TROUBLES, type GardenTroubleReason } from '../../shared/kubernetes/garden-shoots.ts';
import { DUAL, requestsTo, watchWorld } from './garden.ts';

const MANY = 40;

/** A garden that answers lists like this while it is in trouble. */
function troubledWorld(answer: () => Promise<TransportAnswer>) {
  let inTrouble = false;
  const wire =
    (transport: Transport): Transport =>
    async (request) =>
      inTrouble ? await answer() : await transport(request);
  return {
    ...watchWorld([{ name: 'api' }], { wire }),
    setTrouble: (is: boolean) => {
      inTrouble = is;
    },
  };
}

const status = (code: number, reason: string) => ({
  status: code,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ kind: 'Status', status: 'Failure', reason, message: `it said ${reason}`, code }),
});
const ok = (body: string, type = 'application/json') => ({
  status: 200,
  headers: { 'content-type': type },
  body,
});

test.each<[what: string, answer: () => Promise<TransportAnswer>, reason: GardenTroubleReason, said: RegExp]>([
  ['401', async () => status(401, 'Unauthorized'), 'Unauthorized', /list Shoots in all namespaces: HTTP 401/],
  ['403', async () => status(403, 'Forbidden'), 'Forbidden', /it said Forbidden/],
  ['404', async () => status(404, 'NotFound'), 'NotServed', /it said NotFound/],
  ['429', async () => status(429, 'TooManyRequests'), 'Busy', /it said TooManyRequests/],
  ['500', async () => status(500, 'InternalError'), 'Away', /it said InternalError/],
  ['503', async () => status(503, 'ServiceUnavailable'), 'Away', /it said ServiceUnavailable/],
  [
    'a web page of an error',
    async () => ({ ...ok('<html>bad gateway</html>', 'text/html'), status: 502 }),
    'Away',
    /bad gateway/,
  ],
  ['nothing at all', () => Promise.reject(new Error('connection refused')), 'Away', /connection refused/],
  ['a web page', async () => ok('<html>hello</html>', 'text/html'), 'NotUnderstood', /./],
  ['half of its JSON', async () => ok('{"items": ['), 'NotUnderstood', /./],
  ['another kind of body', async () => ok('x', 'application/octet-stream'), 'NotUnderstood', /./],
  ['JSON that is no list', async () => ok('{"kind":"Status"}'), 'NotUnderstood', /items/],
  ['null', async () => ok('null'), 'NotUnderstood', /./],
])(
  'a garden that answers %s is in a state of its own, and the next look finds what changed',
  async (_, answer, reason, said) => {
    const world = troubledWorld(answer);
    await world.look();
    const remembered = await world.documents.list('watched');
    world.setTrouble(true);
    await world.setFamilies('api', DUAL);
    // Dealt with: a message that came again would only add to the trouble.
    expect(await world.look()).toMatchObject({
      kind: 'trouble',
      reason,
      message: expect.stringMatching(said),
    });
    expect(await world.state()).toMatchObject({ kind: 'trouble', reason, meaning: GARDEN_TROUBLES[reason] });
    expect(await world.documents.list('watched')).toEqual(remembered);
    world.setTrouble(false);
    expect(await world.look()).toMatchObject({ kind: 'watching', changes: 1 });
    expect(await world.state()).toMatchObject({ kind: 'watching', shoots: 1, changes: 1 });
  },
);

test('a garden that never answers is given up in time', async () => {
  const world = troubledWorld(() => new Promise(() => undefined));
  world.setTrouble(true);
  expect(await world.look()).toMatchObject({ kind: 'trouble', reason: 'TooSlow' });
});

test('an answer that is lost once is asked for again within the same look', async () => {
  const world = watchWorld([{ name: 'api' }]);
  world.garden.gate.failRequest({ match: { verb: 'list' }, when: 'before', answer: 503 });
  expect(await world.look()).toMatchObject({ kind: 'watching', shoots: 1 });
  expect(requestsTo(world.garden, 'list')).toBe(2);
});

test('a garden that stays away is not asked without end', async () => {
  const world = watchWorld([{ name: 'api' }]);
  for (let nth = 1; nth <= MANY; nth += 1) {
    world.garden.gate.failRequest({ match: { verb: 'list' }, nth, when: 'before', answer: 500 });
  }
  expect(await world.look()).toMatchObject({ kind: 'trouble', reason: 'Away' });
  expect(requestsTo(world.garden, 'list')).toBeLessThan(10);
});

test('a namespace that may not be read is told of, however long, and nothing of the others or of its own is overlooked', async () => {
  const elsewhere = [
    ['metadata.namespace', 'garden-web'],
    ['status', {}],
  ] as const;
  let isRefused = false;
  const wire =
    (transport: Transport): Transport =>
    async (request) =>
      isRefused && request.url.pathname.includes('/garden-web/')
        ? status(403, 'Forbidden')
        : await transport(request);
  const scope = { namespaces: ['garden-web', 'garden-core'], wire };
  const world = watchWorld([{ name: 'api' }, { name: 'web', changes: elsewhere }], scope);
  await world.look();
  isRefused = true;
  const both = { spec: { networking: { ipFamilies: [...DUAL] } } };
  const web = { namespace: 'garden-web', name: 'web' };
  await world.garden.client.patch(shoots, web, { kind: 'merge', body: both });
  await world.setFamilies('api', DUAL);
  const trouble = { kind: 'trouble', reason: 'Forbidden', message: expect.stringContaining('garden-web') };
  expect(await world.look()).toMatchObject(trouble);
  expect(world.changes()).toMatchObject([{ body: { after: { metadata: { name: 'api' } } } }]);
  // Longer than what is not listed any more is remembered.
  await world.clock.advance(8 * 24 * 3_600_000);
  expect(await world.look()).toMatchObject(trouble);
  await world.clock.advance(60_000);
  isRefused = false;
  expect(await world.look()).toMatchObject({ kind: 'watching', shoots: 2, changes: 1 });
  expect(world.changes()).toHaveLength(2);
});

test('where no namespace may be read nothing is looked at', async () => {
  const world = watchWorld([{ name: 'api' }], { namespaces: ['garden-core'] });
  await world.look();
  const before = await world.documents.list('watched');
  for (let nth = 1; nth <= MANY; nth += 1) {
    world.garden.gate.failRequest({ match: { verb: 'list' }, nth, when: 'before', answer: 403 });
  }
  expect(await world.look()).toMatchObject({ kind: 'trouble', reason: 'Forbidden' });
  expect(await world.documents.list('watched')).toEqual(before);
});

test('without a garden nothing is watched, and the state says which setting is missing', async () => {
  const world = watchWorld([]);
  expect(await world.look({ ...world.engine, garden: undefined })).toMatchObject({
    kind: 'trouble',
    reason: 'NoAccess',
    message: expect.stringContaining('GARDEN_KUBECONFIG'),
  });
});
