import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { computeScenario } from '../../infra/local/example/compute-scenario.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';
import { computeInProcess, inProcessTransport } from '../../infra/local/gce/index.ts';
import type { Compute } from '../../shared/compute/compute.ts';
import { ComputeError, ComputeRefused, ComputeUnavailable } from '../../shared/compute/errors.ts';
import { clientsOver } from '../../shared/compute/google/clients.ts';
import { googleCompute } from '../../shared/compute/google/index.ts';
import { describeError } from '../../shared/engine/errors.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { PATIENCE, runs } from './runs.ts';
import { anythingBut, hurriedClock, inTurn, type Said, thrownBy } from './said.ts';
import { PLANTED, seenIn } from './secrets.ts';

const example = exampleCluster({ nodes: 1 });
const { project, region, technicalId } = example;
const [node] = example.nodes;
const instance = { name: node?.name ?? '', zone: node?.zone ?? '' };
const subnet = `${technicalId}-nodes`;
const alias = { range: '100.96.0.0/24', rangeName: 'ipv4-pod-cidr' } as Parameters<Compute['addAlias']>[1];

/** Every patience of the adapter used up, one within the other: waits for an operation within tries of a change. */
const MOST_REQUESTS = 3_100;

const METHODS = {
  project: (compute) => compute.project(),
  network: (compute) => compute.network(technicalId),
  routes: (compute) => compute.routes(technicalId),
  subnet: (compute) => compute.subnet(subnet),
  subnets: (compute) => compute.subnets(technicalId),
  instances: (compute) => compute.instances(subnet),
  firewallRule: (compute) => compute.firewallRule('r'),
  deleteRoute: (compute) => compute.deleteRoute('r'),
  addAlias: (compute) => compute.addAlias(instance, alias),
  removeAlias: (compute) => compute.removeAlias(instance, alias),
  setRoutesOverlap: (compute) => compute.setRoutesOverlap(subnet, true),
  enableExternalIpv6: (compute) => compute.enableExternalIpv6(subnet),
  removeSecondaryRange: (compute) => compute.removeSecondaryRange(subnet, 'x'),
} satisfies Record<string, (compute: Compute) => Promise<unknown>>;
type Method = keyof typeof METHODS;
const NAMES = Object.keys(METHODS) as Method[];

/** The path of an answer from which nonsense in place of the method's first answer is not far. */
const GOOD: Readonly<Record<Method, string>> = {
  project: '',
  network: `global/networks/${technicalId}`,
  routes: 'global/routes',
  subnet: `regions/${region}/subnetworks/${subnet}`,
  subnets: 'aggregated/subnetworks',
  instances: 'aggregated/instances',
  firewallRule: 'global/firewalls',
  deleteRoute: 'global/routes',
  addAlias: `zones/${instance.zone}/instances/${instance.name}`,
  removeAlias: `zones/${instance.zone}/instances/${instance.name}`,
  setRoutesOverlap: `regions/${region}/subnetworks/${subnet}`,
  enableExternalIpv6: `regions/${region}/subnetworks/${subnet}`,
  removeSecondaryRange: `regions/${region}/subnetworks/${subnet}`,
};

function adapterThatHears(say: () => Said): Compute {
  return googleCompute({
    project,
    region,
    clock: hurriedClock(),
    random: () => 0.5,
    transport: async () => {
      const { status, body } = say();
      const empty = status === 204 || status === 304;
      return new Response(empty ? null : body, { status, headers: { 'content-type': 'application/json' } });
    },
  });
}

describe('what Compute Engine answers', () => {
  const good = new Map<Method, object>();

  beforeAll(async () => {
    const clock = virtualClock();
    const scenario = computeScenario(example);
    const answering = await inProcessTransport(computeInProcess({ clock, scenario }));
    for (const name of NAMES) {
      const url = new URL(`https://compute.googleapis.com/compute/v1/projects/${project}/${GOOD[name]}`);
      const request = { method: 'GET', url, headers: new Headers(), body: undefined, signal: undefined };
      // The simulator takes its time, on a clock that stands still.
      const response = await clock.until(answering(request));
      good.set(name, JSON.parse(await response.text()));
    }
  });

  test.each(NAMES)(
    'to %s, however malformed, is a result or an error of the port, soon',
    PATIENCE,
    async (name) => {
      await fc.assert(
        fc.asyncProperty(anythingBut(good.get(name) ?? {}), async (answers) => {
          const { say, requests } = inTurn(answers);
          const error = await thrownBy(METHODS[name](adapterThatHears(say)));
          if (error !== undefined && !(error instanceof ComputeError)) throw error;
          expect(requests()).toBeLessThan(MOST_REQUESTS);
        }),
        runs(25),
      );
    },
  );

  const operation = {
    kind: 'compute#operation',
    name: 'operation-1',
    status: 'DONE',
    zone: `https://www.googleapis.com/compute/v1/projects/${project}/zones/${instance.zone}`,
    httpErrorStatusCode: 400,
    error: { errors: [{ code: 'INVALID', message: 'no' }] },
  };

  test('as an operation, however malformed, is its end or an error of the port, soon', PATIENCE, async () => {
    await fc.assert(
      fc.asyncProperty(anythingBut(operation), async (answers) => {
        const { say, requests } = inTurn(answers);
        const error = await thrownBy(adapterThatHears(say).deleteRoute('r'));
        if (error !== undefined && !(error instanceof ComputeError)) throw error;
        expect(requests()).toBeLessThan(MOST_REQUESTS);
      }),
      runs(60),
    );
  });

  test.each<[string, object]>([
    ['without a status', { name: 'operation-1' }],
    ['that runs for ever', { name: 'operation-1', status: 'RUNNING' }],
    ['of a status that nobody knows', { name: 'operation-1', status: 'LATER' }],
  ])('an operation %s is given up as unavailable', async (_, body) => {
    const { say, requests } = inTurn([{ status: 200, body: JSON.stringify(body) }]);
    const error = await thrownBy(adapterThatHears(say).deleteRoute('r'));
    expect(error).toBeInstanceOf(ComputeUnavailable);
    expect(requests()).toBeLessThan(100);
  });

  test('an operation without a name is not taken for one that is done', async () => {
    const { say } = inTurn([{ status: 200, body: JSON.stringify({ status: 'RUNNING' }) }]);
    expect(await thrownBy(adapterThatHears(say).deleteRoute('r'))).toBeInstanceOf(ComputeError);
  });

  test.each(['routes', 'subnets', 'instances'] as const)(
    'pages of %s that name each other as the next are given up at once',
    async (name) => {
      const page = (nextPageToken: string) => ({ status: 200, body: JSON.stringify({ nextPageToken }) });
      for (const tokens of [['a'], ['a', 'b', 'a']]) {
        const { say, requests } = inTurn(tokens.map(page));
        const error = await thrownBy(METHODS[name](adapterThatHears(say)));
        expect(error).toBeInstanceOf(ComputeUnavailable);
        expect(requests()).toBe(tokens.length === 1 ? 2 : 3);
      }
    },
  );

  test('pages without an end, each with another next, are given up', PATIENCE, async () => {
    let pages = 0;
    const compute = adapterThatHears(() => {
      pages += 1;
      return { status: 200, body: JSON.stringify({ nextPageToken: `${pages}` }) };
    });
    expect(await thrownBy(compute.routes(technicalId))).toBeInstanceOf(ComputeUnavailable);
    expect(pages).toBe(2_000);
  });

  test('and an answer that is no JSON, where the request was our own, is a refusal that says so', async () => {
    const found = { name: subnet, secondaryIpRanges: [{ rangeName: 'x', ipCidrRange: '100.96.0.0/16' }] };
    const [read, patched] = [JSON.stringify({ ...good.get('subnet'), ...found }), '<html>bad gateway</html>'];
    const { say } = inTurn([read, patched].map((body) => ({ status: 200, body })));
    const error = await thrownBy(adapterThatHears(say).removeSecondaryRange(subnet, 'x'));
    expect(error).toBeInstanceOf(ComputeRefused);
    expect(error).toMatchObject({ message: expect.stringContaining('expected JSON, got 24 characters') });
  });

  test.each<[string, unknown]>([
    ['an error without a code', new TypeError("Cannot read properties of undefined (reading 'x')")],
    ['an error with a code of letters', Object.assign(new Error('x'), { code: 'ECONNRESET' })],
    ['no error at all', 'token=planted-opaque-token-1'],
    ['nothing', undefined],
  ])('and a client that throws %s is an error of the port', async (_, thrown) => {
    const clients = { ...clientsOver(async () => new Response()), within: () => Promise.reject(thrown) };
    const compute = googleCompute({ project, region, clock: hurriedClock(), clients });
    const error = await thrownBy(compute.routes(technicalId));
    expect(error).toBeInstanceOf(ComputeUnavailable);
    expect(seenIn(describeError(error))).toEqual([]);
  });

  test('and quotes of a secret gets into no error', PATIENCE, async () => {
    const said = fc.constantFrom(...PLANTED).chain(({ text }) =>
      fc.constantFrom<Said>(
        { status: 403, body: text },
        { status: 400, body: JSON.stringify({ error: { message: text, errors: [{ reason: 'invalid' }] } }) },
        { status: 400, body: JSON.stringify({ error: { message: 'm', errors: [{ reason: text }] } }) },
        { status: 401, body: JSON.stringify({ error: 'invalid_grant', error_description: text }) },
        { status: 200, body: text },
        {
          status: 200,
          body: JSON.stringify({ ...operation, error: { errors: [{ code: text, message: text }] } }),
        },
      ),
    );
    await fc.assert(
      fc.asyncProperty(said, fc.constantFrom(...NAMES), async (answer, name) => {
        const error = await thrownBy(METHODS[name](adapterThatHears(inTurn([answer]).say)));
        expect(seenIn(describeError(error))).toEqual([]);
        if (error instanceof Error) expect(seenIn(error.message)).toEqual([]);
      }),
      runs(100),
    );
  });
});
