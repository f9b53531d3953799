import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isAway, outcomeOfError } from '../../shared/engine/terminal.ts';
import { googleIdentity, RenewedKubeConfig, workloadIdentity } from '../../shared/kubernetes/access/index.ts';
import { gardenShoot } from '../../shared/kubernetes/client/index.ts';
import { SHOOT } from './garden-world.ts';
import { HANG_UP, type Reply, settableClock, startServer, status } from './server.ts';

const AUDIENCE = 'https://garden.example.org/functions';

function token(endsAt: number, serial: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ aud: AUDIENCE, exp: Math.floor(endsAt / 1000), jti: serial })}.c2lnbmF0dXJl`;
}

/** A garden that takes tokens, and the metadata server of a function, asked by Google's own library. */
async function world() {
  const clock = settableClock();
  const state = {
    issued: [] as string[],
    taken: new Set<string>(),
    saw: [] as string[],
    metadataSaw: [] as string[],
    goodFor: 3_600,
    metadata: undefined as (() => Reply | typeof HANG_UP) | undefined,
  };
  const metadata = await startServer(({ path, headers }) => {
    const own = { 'metadata-flavor': 'Google' };
    if (!path.includes('/identity')) return { status: 200, body: 'ok', headers: own };
    state.metadataSaw.push(`${headers['metadata-flavor']} ${path}`);
    const other = state.metadata?.();
    if (other !== undefined) return other === HANG_UP ? other : { ...other, headers: own };
    const fresh = token(clock.now() + state.goodFor * 1000, state.issued.length);
    state.issued.push(fresh);
    state.taken.add(fresh);
    return { status: 200, body: fresh, headers: own };
  });
  vi.stubEnv('GCE_METADATA_HOST', new URL(metadata).host);
  vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
  const url = await startServer(({ headers }) => {
    const came = headers.authorization?.slice('Bearer '.length) ?? '';
    state.saw.push(came);
    if (!state.taken.has(came)) return status(401, 'Unauthorized', 'Unauthorized');
    return { status: 200, body: { metadata: { resourceVersion: '1', generation: 1 }, status: {} } };
  });
  const options = {
    identity: googleIdentity(),
    clock,
    url,
    audience: AUDIENCE,
    certificateAuthority: undefined,
  };
  const kubeconfig = new RenewedKubeConfig(workloadIdentity(options), clock);
  return { clock, state, garden: gardenShoot({ kubeconfig, clock, ...SHOOT }) };
}

beforeEach(() => {
  // Whoever runs the tests may have credentials of their own.
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
  // Or the library runs gcloud, where that is installed, to find a project out.
  vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'p-1');
  vi.stubEnv('HOME', '/nonexistent');
  vi.stubEnv('CLOUDSDK_CONFIG', '/nonexistent');
});
afterEach(() => vi.unstubAllEnvs());

test('the garden sees a token of the function’s service account, for its audience', async () => {
  const { garden, state } = await world();
  await garden.state();
  expect(state.metadataSaw).toHaveLength(1);
  const asked = new URL(state.metadataSaw[0]?.split(' ')[1] ?? '', 'http://metadata');
  expect(asked.searchParams.get('audience')).toBe(AUDIENCE);
  expect(state.metadataSaw[0]).toMatch(
    /^Google \/computeMetadata\/v1\/instance\/service-accounts\/default\/identity/,
  );
  expect(state.saw).toEqual(state.issued);
});

test('it is kept until shortly before its end, and renewed then', async () => {
  const { garden, state, clock } = await world();
  await garden.state();
  clock.advance(3_000);
  await garden.state();
  expect(state.issued).toHaveLength(1);
  clock.advance(550);
  await garden.state();
  expect(state.issued).toHaveLength(2);
  expect(state.saw).toEqual([state.issued[0], state.issued[0], state.issued[1]]);
});

test('a token that the metadata server has kept until shortly before its end is not asked for with every request', async () => {
  const { garden, state, clock } = await world();
  state.goodFor = 120;
  for (let request = 0; request < 10; request += 1) {
    await garden.state();
    clock.advance(5);
  }
  expect(state.issued).toHaveLength(1);
});

test('one that is said to last for days is renewed after an hour all the same: Google gives none for longer', async () => {
  const { garden, state, clock } = await world();
  state.goodFor = 500_000;
  await garden.state();
  clock.advance(3_700);
  await garden.state();
  expect(state.issued).toHaveLength(2);
});

test('one that this clock says is over is tried: whether it counts is the garden’s to say', async () => {
  const { garden, state } = await world();
  state.goodFor = -7_200;
  await garden.state();
  await garden.state();
  expect(state.issued).toHaveLength(1);
});

test('when it is not taken any more, another one is had', async () => {
  const { garden, state, clock } = await world();
  await garden.state();
  state.taken.clear();
  clock.advance(60);
  await garden.state();
  expect(state.issued).toHaveLength(2);
});

test('a garden that takes none blocks, and says what it has to trust', async () => {
  const { garden, state } = await world();
  state.metadata = () => ({ status: 200, body: token(Date.UTC(2030, 0, 1), 0) });
  const error = await garden.state().catch((thrown: unknown) => thrown);
  expect(outcomeOfError(error)).toMatchObject({
    reason: 'CredentialsNotTaken',
    message: expect.stringContaining(AUDIENCE),
    remedy: expect.stringContaining('https://accounts.google.com'),
  });
  expect(String(error)).not.toContain('eyJ');
});

test.each<[what: string, answer: Reply]>([
  ['knows no service account', { status: 404, body: 'no such account' }],
  ['is none', { status: 200, body: '<html>' }],
])('a metadata server that %s blocks', async (_, answer) => {
  const { garden, state } = await world();
  state.metadata = () => answer;
  const error = await garden.state().catch((thrown: unknown) => thrown);
  expect(outcomeOfError(error)).toMatchObject({ kind: 'blocked', reason: 'NoIdentity' });
  expect(state.saw).toEqual([]);
});

test('one that is busy is waited for', async () => {
  const { state } = await world();
  state.metadata = () => ({ status: 503, body: 'later' });
  const error = await googleIdentity()
    .idToken(AUDIENCE)
    .catch((thrown: unknown) => thrown);
  expect(isAway(error)).toBe(true);
});

test('where there is no identity at all, that is said', async () => {
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
  const error = await googleIdentity()
    .idToken(AUDIENCE)
    .catch((thrown: unknown) => thrown);
  expect(outcomeOfError(error)).toMatchObject({ kind: 'blocked', reason: 'NoIdentity' });
});
