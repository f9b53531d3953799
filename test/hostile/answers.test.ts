import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeError } from '../../shared/engine/errors.ts';
import {
  gardenShoot,
  kubernetesCluster,
  parseKubeconfig,
  type TransportAnswer,
} from '../../shared/kubernetes/client/index.ts';
import { ClusterObjectMissing, ClusterRefused, ClusterUnavailable } from '../../shared/kubernetes/errors.ts';
import { PATIENCE, runs } from './runs.ts';
import { anythingBut, hurriedClock, inTurn, type Said, thrownBy } from './said.ts';
import { PLANTED, seenIn } from './secrets.ts';

/** Every patience of the adapter used up, pages within beginnings of a list. */
const MOST_REQUESTS = 3_100;

describe('what the Kubernetes API answers', () => {
  const kubeconfig = parseKubeconfig(
    JSON.stringify({
      'current-context': 'c',
      clusters: [{ name: 'k', cluster: { server: 'https://127.0.0.1:6443' } }],
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
      users: [{ name: 'u', user: {} }],
    }),
  );

  function asking(say: () => Said) {
    const transport = async (): Promise<TransportAnswer> => {
      const { status, body } = say();
      return { status, headers: { 'content-type': 'application/json' }, body };
    };
    const options = { kubeconfig, clock: hurriedClock(), transport, random: () => 0.5 };
    const cluster = kubernetesCluster(options);
    const garden = gardenShoot({ ...options, namespace: 'garden-core', name: 'api' });
    return {
      nodes: () => cluster.nodes(),
      shoot: () => garden.shoot(),
      state: () => garden.state(),
      rolloutWorkers: () => garden.rolloutWorkers('all'),
      gardenRights: () => garden.missingRights(),
    };
  }
  type Method = keyof ReturnType<typeof asking>;
  const METHODS = Object.keys(asking(() => ({ status: 200, body: '{}' }))) as Method[];

  const good = {
    kind: 'List',
    apiVersion: 'v1',
    metadata: {
      resourceVersion: '1',
      generation: 1,
      annotations: { 'gardener.cloud/operation': 'reconcile' },
      continue: '',
    },
    items: [
      {
        metadata: { name: 'n', labels: { a: 'b' }, creationTimestamp: '2026-01-01T00:00:00Z' },
        spec: { podCIDR: '100.96.0.0/24', podCIDRs: ['100.96.0.0/24'], providerID: 'gce://p/z/n' },
        status: { conditions: [{ type: 'Ready', status: 'True' }] },
      },
    ],
    spec: {},
    status: {
      allowed: true,
      observedGeneration: 1,
      lastOperation: { state: 'Failed', description: 'x', lastUpdateTime: '2026-01-01T00:00:00Z' },
      lastErrors: [{ description: 'd' }],
    },
  };

  function isOfThePort(error: unknown): boolean {
    return (
      error instanceof ClusterUnavailable ||
      error instanceof ClusterRefused ||
      error instanceof ClusterObjectMissing
    );
  }

  test.each(METHODS)(
    'to %s, however malformed, is a result or an error of the port',
    PATIENCE,
    async (method) => {
      await fc.assert(
        fc.asyncProperty(anythingBut(good), async (answers) => {
          const { say, requests } = inTurn(answers);
          const error = await thrownBy(asking(say)[method]());
          if (error !== undefined && !isOfThePort(error)) throw error;
          expect(requests()).toBeLessThan(MOST_REQUESTS);
        }),
        runs(60),
      );
    },
  );

  test.each<[string, readonly string[], number]>([
    ['itself', ['a'], 2],
    ['one before', ['a', 'b', 'a'], 3],
  ])('a page that names %s as the next ends the list as unavailable, at once', async (_, tokens, most) => {
    const pages = tokens.map((next) => ({ metadata: { continue: next }, items: [] }));
    const { say, requests } = inTurn(pages.map((page) => ({ status: 200, body: JSON.stringify(page) })));
    expect(await thrownBy(asking(say).nodes())).toBeInstanceOf(ClusterUnavailable);
    expect(requests()).toBe(most);
  });

  const READS = ['nodes', 'shoot', 'state', 'rolloutWorkers'] as const;
  test.each(READS)('null in place of an answer to %s is a refusal that says so', async (method) => {
    const error = await thrownBy(asking(() => ({ status: 200, body: 'null' }))[method]());
    expect(error).toBeInstanceOf(ClusterRefused);
    expect(error).toMatchObject({ reason: 'AnswerNotUnderstood' });
  });

  test('null among the items of a list is a refusal that says so', async () => {
    const error = await thrownBy(asking(() => ({ status: 200, body: '{"items":[null]}' })).nodes());
    expect(error).toMatchObject({ reason: 'AnswerNotUnderstood' });
  });

  test('and quotes of a secret gets into no error', PATIENCE, async () => {
    const said = fc.constantFrom(...PLANTED).chain(({ text }) =>
      fc.constantFrom<Said>(
        { status: 403, body: text },
        {
          status: 422,
          body: JSON.stringify({
            kind: 'Status',
            reason: text,
            message: text,
            details: { causes: [{ message: text }] },
          }),
        },
        { status: 500, body: JSON.stringify({ kind: 'Status', message: text }) },
        { status: 200, body: text },
        {
          status: 200,
          body: JSON.stringify({
            ...good,
            status: { lastOperation: { state: 'Failed' }, lastErrors: [{ description: text }] },
          }),
        },
      ),
    );
    await fc.assert(
      fc.asyncProperty(said, fc.constantFrom(...METHODS), async (answer, method) => {
        const work: Promise<unknown> = asking(() => answer)[method]();
        const error = await thrownBy(work);
        expect(seenIn(describeError(error))).toEqual([]);
        if (error instanceof Error) expect(seenIn(error.message)).toEqual([]);
        // The Shoot itself is handed out as it is; what is told of it is not.
        else if (method === 'state') expect(seenIn(JSON.stringify(await work))).toEqual([]);
      }),
      runs(80),
    );
  });
});
