import { describe, expect, test } from 'vitest';
import { isAway, outcomeOfError } from '../../shared/engine/terminal.ts';
import { ACCESS_REASONS } from '../../shared/kubernetes/access/reasons.ts';
import { gardenShoot, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import { GARDEN_TOKEN, SHOOT, startGardenWorld } from './garden-world.ts';
import { HANG_UP, kubeconfigWith, type Reply, status } from './server.ts';

const NOT_FOUND = 'shoots.core.gardener.cloud "api" not found';
const PLANTED = 'opaque-planted-credential-5c1e';

/** As a garden answers that is well, but for what is said here. */
function issued(change: object): Reply {
  const kubeconfig = Buffer.from(kubeconfigWith('https://api.example.org', PLANTED)).toString('base64');
  const expirationTimestamp = '2026-11-21T12:20:00Z';
  return { status: 201, body: { status: { kubeconfig, expirationTimestamp, ...change } } };
}

const inBase64 = (text: string) => Buffer.from(text).toString('base64');

/** What the step comes to. */
async function endOf(answer: Reply | typeof HANG_UP) {
  const world = await startGardenWorld();
  let asked = 0;
  world.gardenAnswers = () => {
    asked += 1;
    return answer;
  };
  try {
    await world.cluster().nodes();
  } catch (error) {
    const { message } = error instanceof Error ? error : { message: '' };
    expect(message).not.toContain(PLANTED);
    expect(message).not.toContain(GARDEN_TOKEN);
    expect(JSON.stringify(outcomeOfError(error)) ?? '').not.toContain(PLANTED);
    return { outcome: outcomeOfError(error), away: isAway(error), message, asked };
  }
  throw new Error('expected a failure');
}

describe('what only a human can change blocks, with a reason that is documented and with what to do', () => {
  test.each<[what: string, answer: Reply, reason: string, remedy: RegExp]>([
    ['401', status(401, 'Unauthorized', 'Unauthorized'), 'CredentialsNotTaken', /GARDEN_KUBECONFIG/],
    [
      '403',
      status(403, 'Forbidden', 'shoots "api" is forbidden: User "f" cannot create resource'),
      'GardenForbids',
      /infra\/kubernetes\/garden\/shoot-access\.yaml/,
    ],
    ['404 of the Shoot', status(404, 'NotFound', NOT_FOUND), 'ShootNotInGarden', /right garden/],
    [
      '404 of the subresource',
      status(404, 'NotFound', 'the server could not find the requested resource'),
      'NoViewerAccess',
      /PLAN_ACCESS=admin/,
    ],
    [
      '404 of a web server',
      { status: 404, body: '<html>no such page</html>' },
      'NoViewerAccess',
      /right garden/,
    ],
    [
      '422 before the shoot has an address',
      status(422, 'Invalid', 'no suitable advertised address for kube-apiserver found'),
      'GardenRefuses',
      /publish the step again/,
    ],
    [
      '200 with a web page',
      { status: 200, body: '<html>log in</html>' },
      'GardenNotUnderstood',
      /proxy or login page/,
    ],
    ['200 with nothing', { status: 200, body: '' }, 'GardenNotUnderstood', /address/],
    ['null', { status: 200, body: 'null' }, 'GardenNotUnderstood', /address/],
    [
      'another kind of object',
      { status: 201, body: { kind: 'Shoot', status: {} } },
      'GardenNotUnderstood',
      /address/,
    ],
    [
      'half an answer',
      { status: 201, body: `{"status":{"kubeconfig":"${PLANTED}` },
      'GardenNotUnderstood',
      /address/,
    ],
    ['no kubeconfig', issued({ kubeconfig: undefined }), 'GardenNotUnderstood', /address/],
    ['no base64', issued({ kubeconfig: `*${PLANTED}*` }), 'GardenNotUnderstood', /address/],
    ['no end', issued({ expirationTimestamp: undefined }), 'GardenNotUnderstood', /address/],
    ['an end that is no time', issued({ expirationTimestamp: PLANTED }), 'GardenNotUnderstood', /address/],
    ['no YAML', issued({ kubeconfig: inBase64(`{${PLANTED}`) }), 'GardenNotUnderstood', /address/],
    [
      'a kubeconfig that names no server',
      issued({ kubeconfig: inBase64(JSON.stringify({ users: [{ name: 'u', user: { token: PLANTED } }] })) }),
      'GardenNotUnderstood',
      /address/,
    ],
    [
      'a kubeconfig that has a program run here',
      issued({
        kubeconfig: inBase64(
          kubeconfigWith('https://api.example.org', PLANTED, {
            exec: { apiVersion: 'client.authentication.k8s.io/v1', command: '/bin/sh', args: ['-c', 'id'] },
          }),
        ),
      }),
      'GardenNotUnderstood',
      /address/,
    ],
    [
      'a kubeconfig that reads files here',
      issued({
        kubeconfig: inBase64(
          kubeconfigWith('https://api.example.org', PLANTED, { 'client-key': '/etc/shadow' }),
        ),
      }),
      'GardenNotUnderstood',
      /address/,
    ],
    [
      'a kubeconfig that has a file here sent as a token',
      issued({
        kubeconfig: inBase64(
          kubeconfigWith('https://api.example.org', PLANTED, {
            token: undefined,
            'token-file': '/etc/hostname',
          }),
        ),
      }),
      'GardenNotUnderstood',
      /address/,
    ],
  ])('%s', async (_, answer, reason, remedy) => {
    const { outcome, away, message } = await endOf(answer);
    expect(outcome).toMatchObject({ kind: 'blocked', reason });
    expect(Object.keys(ACCESS_REASONS)).toContain(outcome?.reason);
    expect(outcome?.remedy).toMatch(remedy);
    expect(message).toContain('adminkubeconfig of Shoot garden-core/api');
    expect(away).toBe(false);
  });

  test('a redirect to a login page', async () => {
    const world = await startGardenWorld();
    world.gardenAnswers = ({ path }) =>
      path === '/login'
        ? { status: 200, body: '<html>log in</html>' }
        : { status: 302, body: '', headers: { location: '/login' } };
    await expect(world.cluster().nodes()).rejects.toMatchObject({ reason: 'GardenNotUnderstood' });
  });

  test('in the garden’s own words, where it has some, and not at any length', async () => {
    const long = await endOf(status(403, 'Forbidden', `no such right ${'x'.repeat(5_000)}`));
    expect(long.outcome?.message).toContain('no such right');
    expect(long.outcome?.message.length).toBeLessThan(700);
  });

  test('a secret that its words quote is left out', async () => {
    const { outcome } = await endOf(
      status(403, 'Forbidden', 'refused: Authorization: Bearer sUp3rS3cr3tV4lu3 of the request'),
    );
    expect(JSON.stringify(outcome)).not.toContain('sUp3rS3cr3tV4lu3');
  });
});

describe('what passes by itself is waited for, and tried again with patience', () => {
  test.each<[what: string, answer: Reply | typeof HANG_UP]>([
    ['429', status(429, 'TooManyRequests', 'too many requests')],
    ['500', status(500, 'InternalError', 'could not get client CA secret')],
    ['502 of a proxy', { status: 502, body: '<html>bad gateway</html>' }],
    ['503', status(503, 'ServiceUnavailable', 'shutting down')],
    ['504', status(504, 'Timeout', 'request did not complete')],
    ['no answer', HANG_UP],
  ])('%s', async (_, answer) => {
    const { outcome, away, asked, message } = await endOf(answer);
    expect(outcome).toBeUndefined();
    expect(away).toBe(true);
    expect(asked).toBeGreaterThan(3);
    expect(asked).toBeLessThan(10);
    expect(message).toContain('adminkubeconfig of Shoot garden-core/api');
  });

  test('and when it has passed the run goes on', async () => {
    const world = await startGardenWorld();
    let asked = 0;
    world.gardenAnswers = () => {
      asked += 1;
      return asked < 4 ? status(503, 'ServiceUnavailable', 'shutting down') : undefined;
    };
    expect(await world.cluster().nodes()).toEqual([]);
  });

  test('403 too, for a moment: an API server that has just started knows no roles', async () => {
    const world = await startGardenWorld();
    let asked = 0;
    world.gardenAnswers = () => {
      asked += 1;
      return asked < 3 ? status(403, 'Forbidden', 'forbidden') : undefined;
    };
    expect(await world.cluster().nodes()).toEqual([]);
  });

  test('and 401: one that has just started has not fetched the keys of the tokens’ issuer yet', async () => {
    const world = await startGardenWorld();
    let asked = 0;
    world.gardenAnswers = () => {
      asked += 1;
      return asked < 4 ? status(401, 'Unauthorized', 'Unauthorized') : undefined;
    };
    expect(await world.cluster().nodes()).toEqual([]);
  });
});

describe('the Shoot itself, when it is read', () => {
  async function read(answer: Reply | typeof HANG_UP): Promise<unknown> {
    const world = await startGardenWorld();
    world.gardenAnswers = () => answer;
    const kubeconfig = parseKubeconfig(world.gardenKubeconfig);
    const garden = gardenShoot({ kubeconfig, clock: world.clock, ...SHOOT });
    return await garden.state().catch((error: unknown) => error);
  }

  test.each<[what: string, answer: Reply, reason: string]>([
    ['401', status(401, 'Unauthorized', 'Unauthorized'), 'ClusterRefused'],
    ['403', status(403, 'Forbidden', 'may not get'), 'ClusterRefused'],
    ['404', status(404, 'NotFound', NOT_FOUND), 'ShootNotInGarden'],
    ['another object than a Shoot', { status: 200, body: { kind: 'Status' } }, 'ClusterRefused'],
    ['a web page', { status: 200, body: '<html>log in</html>' }, 'ClusterRefused'],
  ])('%s blocks, and names it', async (_, answer, reason) => {
    const outcome = outcomeOfError(await read(answer));
    expect(outcome).toMatchObject({ kind: 'blocked', reason });
    expect(outcome?.message).toContain('Shoot garden-core/api');
    expect(outcome?.remedy).toContain('publish the step again');
  });

  test.each<[what: string, answer: Reply | typeof HANG_UP]>([
    ['429', status(429, 'TooManyRequests', 'too many requests')],
    ['503', status(503, 'ServiceUnavailable', 'shutting down')],
    ['no answer', HANG_UP],
  ])('%s is waited for', async (_, answer) => {
    expect(isAway(await read(answer))).toBe(true);
  });
});
