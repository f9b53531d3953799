import { afterEach, describe, expect, test } from 'vitest';
import { kubernetesCluster, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import { ClusterRefused, ClusterUnavailable } from '../../shared/kubernetes/errors.ts';
import { startGardenWorld } from './garden-world.ts';
import {
  type Asked,
  HANG_UP,
  kubeconfigWith,
  type Reply,
  settableClock,
  startServer,
  status,
} from './server.ts';
import { WAYS } from './ways-to-tell.ts';

/** Nothing about them looks like a secret: only that they are those of the kubeconfig can keep them. */
const TOKEN = 'innocent-words-in-a-row';
const PASSWORD = 'four "other" words, quoted';
const KEY = 'a line of a client key that is none';

/** The request's own credentials as somebody on the way may give them back. */
const credentialsOf = ({ headers }: Asked) => headers.authorization?.replace(/^\S+ /, '') ?? 'none';
const json = (code: number, body: object): Reply => ({ status: code, body });

/** What servers and gateways do with a request that they do not serve. */
const ECHOES: Readonly<Record<string, (asked: Asked) => Reply | typeof HANG_UP>> = {
  'hangs up': () => HANG_UP,
  'gives the header back': (asked) => ({
    ...status(403, 'Forbidden', 'no'),
    headers: { 'x-request-headers': String(asked.headers.authorization) },
  }),
  'gives the bare credentials back in a header': (asked) => ({
    ...status(500, 'InternalError', 'no'),
    headers: { 'x-seen': credentialsOf(asked) },
  }),
  'shows them on a page': (asked) => ({ status: 502, body: `<html>sent: ${credentialsOf(asked)}</html>` }),
  'names them in its message': (asked) => status(422, 'Invalid', `unknown user ${credentialsOf(asked)}`),
  'has them in an answer that the client reads': (asked) =>
    json(401, { kind: 'Status', code: 401, details: { causes: [{ message: credentialsOf(asked) }] } }),
  'redirects with them': (asked) => ({
    ...json(302, {}),
    headers: { location: `http://127.0.0.1:1/?of=${credentialsOf(asked)}` },
  }),
};

const USERS = {
  'a token': { token: TOKEN },
  'a password': { token: undefined, username: 'somebody', password: PASSWORD },
  'a token and a client key': {
    token: TOKEN,
    'client-key-data': Buffer.from(KEY).toString('base64'),
    'client-certificate-data': Buffer.from('a certificate').toString('base64'),
  },
};

const BASIC = Buffer.from(`somebody:${PASSWORD}`).toString('base64');
/** In every form in which they may stand somewhere. */
const UNTOLD = [
  TOKEN,
  PASSWORD,
  JSON.stringify(PASSWORD).slice(1, -1),
  BASIC,
  KEY,
  USERS['a token and a client key']['client-key-data'],
];

function untoldIn(text: string): readonly string[] {
  return UNTOLD.filter((secret) => text.includes(secret));
}

async function errorOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('expected the call to fail');
}

describe.each(Object.keys(ECHOES))('of a server that %s', (echo) => {
  test.each(Object.entries(USERS))('no error tells %s', async (_, user) => {
    const server = await startServer(ECHOES[echo] ?? (() => HANG_UP));
    const kubeconfig = parseKubeconfig(kubeconfigWith(server, TOKEN, user));
    const cluster = kubernetesCluster({ kubeconfig, clock: settableClock() });
    const error = await errorOf(cluster.nodes());
    expect([ClusterRefused, ClusterUnavailable].some((known) => error instanceof known)).toBe(true);
    for (const [how, tell] of WAYS) expect({ how, told: untoldIn(tell(error)) }).toEqual({ how, told: [] });
  });

  test('no error tells what the garden issued', async () => {
    const world = await startGardenWorld();
    world.shootAnswers = (asked) => {
      const reply = ECHOES[echo]?.(asked) ?? HANG_UP;
      return reply === HANG_UP ? status(503, 'ServiceUnavailable', credentialsOf(asked)) : reply;
    };
    const error = await errorOf(world.cluster().nodes());
    const tokens = world.issued.map(({ token }) => token);
    expect(tokens.length).toBeGreaterThan(0);
    for (const [how, tell] of WAYS) {
      const said = tell(error);
      expect({ how, told: tokens.filter((token) => said.includes(token)) }).toEqual({ how, told: [] });
    }
  });
});

describe('what no request can be made of is said without quoting it', () => {
  test.each([
    ['a token with a line break', { token: `first-half\n${TOKEN}` }, 'https://api.example.org', 'token'],
    ['a token with a control character', { token: `x\u0000${TOKEN}` }, 'https://api.example.org', 'token'],
    ['a token in the place of a user', {}, `https://${TOKEN}@api.example.org`, 'server'],
    ['a password in the address', {}, `https://somebody:${TOKEN}@api.example.org`, 'server'],
  ])('%s', (_, user, server, field) => {
    const parse = () => parseKubeconfig(kubeconfigWith(server, TOKEN, user));
    expect(parse).toThrow(field);
    for (const [how, tell] of WAYS) {
      const said = tell(thrownBy(parse));
      expect({ how, told: untoldIn(said) }).toEqual({ how, told: [] });
    }
  });

  test('a proxy that is no URL', () => {
    const text = JSON.parse(kubeconfigWith('https://api.example.org', 'another-token'));
    Object.assign(text.clusters[0].cluster, { 'proxy-url': `ht!tp://somebody:${TOKEN}@127.0.0.1:1` });
    const error = thrownBy(() => parseKubeconfig(JSON.stringify(text)));
    expect(String(error)).toContain('proxy-url');
    for (const [how, tell] of WAYS) expect({ how, told: untoldIn(tell(error)) }).toEqual({ how, told: [] });
  });

  test('a line break at the end of a token, as files have it, is none of its characters', async () => {
    const seen: string[] = [];
    const server = await startServer((asked) => {
      seen.push(credentialsOf(asked));
      return { status: 200, body: { kind: 'NodeList', metadata: {}, items: [] } };
    });
    const kubeconfig = parseKubeconfig(kubeconfigWith(server, `${TOKEN}\n`));
    await kubernetesCluster({ kubeconfig, clock: settableClock() }).nodes();
    expect(seen).toEqual([TOKEN]);
  });

  test.each([
    ['fails and says why', `echo ${TOKEN} >&2; exit 1`],
    ['says something else than credentials', `echo ${TOKEN}`],
  ])('a program for credentials that %s', async (_, script) => {
    const exec = { command: '/bin/sh', args: ['-c', script], apiVersion: 'client.authentication.k8s.io/v1' };
    const kubeconfig = parseKubeconfig(
      kubeconfigWith('http://127.0.0.1:1', TOKEN, { token: undefined, exec }),
    );
    const error = await errorOf(kubernetesCluster({ kubeconfig, clock: settableClock() }).nodes());
    for (const [how, tell] of WAYS) expect({ how, told: untoldIn(tell(error)) }).toEqual({ how, told: [] });
  });

  test.each(['http://somebody:PASS@127.0.0.1:1', 'socks5://somebody:PASS@127.0.0.1:1'])(
    'a proxy with a password: %s',
    async (address) => {
      const proxy = { 'proxy-url': address.replace('PASS', TOKEN) };
      const text = JSON.parse(kubeconfigWith('https://api.example.org', 'another-token'));
      Object.assign(text.clusters[0].cluster, proxy);
      const kubeconfig = parseKubeconfig(JSON.stringify(text));
      const error = await errorOf(kubernetesCluster({ kubeconfig, clock: settableClock() }).nodes());
      for (const [how, tell] of WAYS) expect({ how, told: untoldIn(tell(error)) }).toEqual({ how, told: [] });
    },
  );
});

describe('a function’s own token for Google', () => {
  const real = globalThis.fetch;
  afterEach(() => {
    globalThis.fetch = real;
  });

  test.each([
    [
      'fetch quotes its headers',
      (init: RequestInit) => new TypeError(`Headers.append: ${JSON.stringify(init.headers)} is invalid`),
    ],
    [
      'fetch quotes them in its cause',
      (init: RequestInit) =>
        new TypeError('fetch failed', { cause: new Error(JSON.stringify(init.headers)) }),
    ],
    ['fetch quotes the bare value', () => new TypeError(`not a header: ${TOKEN}`)],
  ])('is not told when %s', async (_, errorFor) => {
    const { kubeconfigInSecretManager, Secret } = await import('../../shared/kubernetes/access/index.ts');
    globalThis.fetch = async (_input, init = {}) => Promise.reject(errorFor(init));
    const identity = { accessToken: async () => new Secret(TOKEN), idToken: async () => new Secret(TOKEN) };
    const source = kubeconfigInSecretManager({ identity, secret: 'projects/p/secrets/s', variable: 'X' });
    const error = await errorOf(source.fetch());
    expect(error).toBeInstanceOf(ClusterUnavailable);
    for (const [how, tell] of WAYS) expect({ how, told: untoldIn(tell(error)) }).toEqual({ how, told: [] });
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('expected it to throw');
}
