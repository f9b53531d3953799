import { expect, test } from 'vitest';
import { describeError } from '../../shared/engine/errors.ts';
import { Secret } from '../../shared/kubernetes/access/index.ts';
import { selfContainedKubeconfig } from '../../shared/kubernetes/access/stored-kubeconfig.ts';
import { parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import { createLogger } from '../../shared/runtime/logger.ts';
import { GARDEN_TOKEN, startGardenWorld } from './garden-world.ts';
import { kubeconfigWith, status } from './server.ts';
import { WAYS } from './ways-to-tell.ts';

/** Nothing about it looks like a secret, so that only its type can keep it. */
const TEXT = 'an innocent looking line of text';

test.each(WAYS)('a secret says nothing %s', (_, tell) => {
  const said = tell(new Secret(TEXT));
  expect(said).not.toBe('');
  expect(said).not.toContain(TEXT);
});

test('it is there for who asks for it', () => {
  expect(new Secret(TEXT).reveal()).toBe(TEXT);
});

const OPAQUE = 'opaque0credential0of0nobody';

test.each(WAYS)('a kubeconfig and its users say nothing %s', (_, tell) => {
  const key = Buffer.from(`key of ${OPAQUE}`).toString('base64');
  const user = { username: 'somebody', password: `pass-${OPAQUE}`, 'client-key-data': key };
  const text = kubeconfigWith('https://api.example.org', OPAQUE, user);
  for (const kubeconfig of [parseKubeconfig(text), selfContainedKubeconfig(new Secret(text))]) {
    expect(kubeconfig.getCurrentUser()).toHaveProperty('token', OPAQUE);
    for (const value of [kubeconfig, kubeconfig.users, kubeconfig.getCurrentUser()]) {
      const said = tell(value);
      expect(said).not.toBe('');
      expect(said).not.toContain(OPAQUE);
      expect(said).not.toContain(key);
    }
  }
});

test.each(WAYS)('one that the garden issued says nothing %s', async (_, tell) => {
  const world = await startGardenWorld();
  const kubeconfig = world.kubeconfig();
  await world.cluster(kubeconfig).nodes();
  const said = tell(kubeconfig);
  expect(said).not.toContain('issued-admin-1');
  expect(said).not.toContain(GARDEN_TOKEN);
});

test('no line that is logged and no error holds what was issued, whatever comes of it', async () => {
  const world = await startGardenWorld();
  const said: string[] = [];
  const log = createLogger('debug', { write: (line) => void said.push(line) });
  const { kubernetesCluster } = await import('../../shared/kubernetes/client/index.ts');
  const cluster = kubernetesCluster({ kubeconfig: world.kubeconfig(), clock: world.clock, log });
  const calls = [
    () => cluster.nodes(),
    () => cluster.coreDns.restart('2026-11-21T12:00:00.000Z'),
    () => cluster.missingRights(['base']),
  ];
  const answers = [
    undefined,
    () => ({ status: 200, body: '<html>' }),
    () => status(403, 'Forbidden', 'no'),
    () => status(500, 'InternalError', 'no'),
  ];
  for (const answer of answers) {
    world.shootAnswers = answer;
    for (const call of calls) {
      await call().catch((error: unknown) => {
        said.push(describeError(error));
        log.error({ err: error }, 'failed');
      });
    }
    world.clock.advance(1_000);
    world.revoke();
  }
  expect(world.issued.length).toBeGreaterThan(1);
  expect(said.length).toBeGreaterThan(3);
  for (const { token } of world.issued) expect(said.join('')).not.toContain(token);
  expect(said.join('')).not.toContain(GARDEN_TOKEN);
});
