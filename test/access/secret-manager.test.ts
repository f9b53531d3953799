import { describe, expect, test } from 'vitest';
import { isAway, outcomeOfError } from '../../shared/engine/terminal.ts';
import type { GoogleIdentity } from '../../shared/kubernetes/access/index.ts';
import {
  kubeconfigInSecretManager,
  RenewedKubeConfig,
  Secret,
} from '../../shared/kubernetes/access/index.ts';
import { kubernetesCluster } from '../../shared/kubernetes/client/index.ts';
import { NoAccess } from '../../shared/kubernetes/errors.ts';
import {
  type Asked,
  HANG_UP,
  kubeconfigWith,
  type Reply,
  settableClock,
  startServer,
  status,
} from './server.ts';

const SECRET = 'projects/p-1/secrets/garden-core_api';
const ACCESS_TOKEN = 'access-token-of-the-function';
const identity: GoogleIdentity = {
  accessToken: async () => new Secret(ACCESS_TOKEN),
  idToken: () => Promise.reject(new Error('not asked for here')),
};

const payload = (text: string): Reply => ({
  status: 200,
  body: { name: `${SECRET}/versions/3`, payload: { data: Buffer.from(text).toString('base64') } },
});
const googleError = (code: number, message: string): Reply => ({
  status: code,
  body: { error: { code, message } },
});

async function world(secret = SECRET) {
  const clock = settableClock();
  const saw: (string | undefined)[] = [];
  const asked: Asked[] = [];
  const state = {
    taken: 'stored-1',
    stored: 'stored-1',
    answer: undefined as (() => Reply | typeof HANG_UP) | undefined,
  };
  const api = await startServer(({ headers }) => {
    saw.push(headers.authorization);
    return headers.authorization === `Bearer ${state.taken}`
      ? { status: 200, body: { kind: 'NodeList', metadata: {}, items: [] } }
      : status(401, 'Unauthorized', 'Unauthorized');
  });
  const endpoint = await startServer((request) => {
    asked.push(request);
    return state.answer?.() ?? payload(kubeconfigWith(api, state.stored));
  });
  const source = kubeconfigInSecretManager({
    identity,
    secret,
    variable: 'SHOOT_KUBECONFIG_SECRET',
    endpoint,
  });
  const cluster = kubernetesCluster({ kubeconfig: new RenewedKubeConfig(source, clock), clock });
  return { clock, saw, asked, state, cluster };
}

test('the newest version is had with the function’s own token, and kept for some minutes', async () => {
  const { cluster, asked, clock } = await world();
  await cluster.nodes();
  clock.advance(120);
  await cluster.nodes();
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `GET /v1/${SECRET}/versions/latest:access`,
  ]);
  expect(asked[0]?.headers.authorization).toBe(`Bearer ${ACCESS_TOKEN}`);
});

test('another version, where one is named', async () => {
  const { cluster, asked } = await world(`${SECRET}/versions/2`);
  await cluster.nodes();
  expect(asked.map(({ path }) => path)).toEqual([`/v1/${SECRET}/versions/2:access`]);
});

test('a new version is taken up after some minutes', async () => {
  const { cluster, asked, clock, state, saw } = await world();
  await cluster.nodes();
  state.stored = 'stored-2';
  state.taken = 'stored-2';
  clock.advance(600);
  await cluster.nodes();
  expect(asked).toHaveLength(2);
  expect(saw).toEqual(['Bearer stored-1', 'Bearer stored-2']);
});

test('and at once when the old one is not taken any more', async () => {
  const { cluster, clock, state, saw } = await world();
  await cluster.nodes();
  state.stored = 'stored-2';
  state.taken = 'stored-2';
  clock.advance(20);
  expect(await cluster.nodes()).toEqual([]);
  expect(saw).toEqual(['Bearer stored-1', 'Bearer stored-1', 'Bearer stored-2']);
});

test('while Secret Manager is away what it said last counts', async () => {
  const { cluster, clock, state, saw } = await world();
  await cluster.nodes();
  state.answer = () => HANG_UP;
  clock.advance(600);
  expect(await cluster.nodes()).toEqual([]);
  expect(saw).toHaveLength(2);
});

test('a secret that was taken away counts at once', async () => {
  const { cluster, clock, state, saw } = await world();
  await cluster.nodes();
  state.answer = () => googleError(403, 'Permission denied');
  clock.advance(600);
  await expect(cluster.nodes()).rejects.toBeInstanceOf(NoAccess);
  expect(saw).toHaveLength(1);
});

test('one that the API server does not take blocks, and names secret and variable', async () => {
  const { cluster, state } = await world();
  state.taken = 'another';
  const error = await cluster.nodes().catch((thrown: unknown) => thrown);
  expect(outcomeOfError(error)).toMatchObject({ reason: 'CredentialsNotTaken' });
  expect(String(error)).toContain(SECRET);
  expect(String(error)).toContain('SHOOT_KUBECONFIG_SECRET');
  expect(String(error)).not.toContain('stored-1');
});

describe('every other answer', () => {
  test.each<[what: string, answer: Reply, reason: string]>([
    ['403', googleError(403, "Permission 'secretmanager.versions.access' denied"), 'SecretNotReadable'],
    [
      '404',
      googleError(404, 'Secret [projects/1/secrets/x] not found or has no versions.'),
      'SecretNotReadable',
    ],
    ['a version that is disabled', googleError(400, 'is in DISABLED state'), 'SecretNotReadable'],
    [
      'a redirect, which is not followed',
      { status: 302, body: '', headers: { location: '/x' } },
      'SecretNotReadable',
    ],
    ['no kubeconfig', payload('planted-opaque-5c1e: {'), 'KubeconfigUnusable'],
    [
      'a kubeconfig that has a program run here',
      payload(kubeconfigWith('https://a.example', 'planted-opaque-5c1e', { exec: { command: '/bin/sh' } })),
      'KubeconfigUnusable',
    ],
  ])('%s blocks, and says which secret', async (_, answer, reason) => {
    const { cluster, state } = await world();
    state.answer = () => answer;
    const error = await cluster.nodes().catch((thrown: unknown) => thrown);
    expect(outcomeOfError(error)).toMatchObject({ kind: 'blocked', reason });
    expect(String(error)).toContain(SECRET);
    expect(String(error)).not.toContain('planted-opaque-5c1e');
    expect(String(error)).not.toContain(ACCESS_TOKEN);
  });

  test.each<[what: string, answer: Reply | typeof HANG_UP]>([
    ['401, as of a service account that is new', googleError(401, 'Request had invalid credentials')],
    ['429', googleError(429, 'Quota exceeded')],
    ['500', googleError(500, 'Internal error')],
    ['503', { status: 503, body: '<html>planted-opaque-5c1e</html>' }],
    ['no answer', HANG_UP],
    ['half an answer', { status: 200, body: '{"payload":{"data":"planted-opaque-5c1e' }],
    [
      'an answer without end',
      { status: 200, body: JSON.stringify({ payload: { data: 'A'.repeat(400_000) } }) },
    ],
  ])('%s is waited for', async (_, answer) => {
    const { cluster, state, asked } = await world();
    state.answer = () => answer;
    const error = await cluster.nodes().catch((thrown: unknown) => thrown);
    expect(isAway(error)).toBe(true);
    expect(outcomeOfError(error)).toBeUndefined();
    expect(asked.length).toBeGreaterThan(3);
    expect(String(error)).not.toContain('planted-opaque-5c1e');
    expect(String(error)).not.toContain(ACCESS_TOKEN);
  });
});
