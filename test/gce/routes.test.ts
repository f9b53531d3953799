import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { computeScenario } from '../../infra/local/example/compute-scenario.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';
import { exampleProject } from './project.ts';

const route = (network: string, destRange: string, fields: object = {}) => ({
  name: 'new-route',
  network,
  destRange,
  nextHopIp: '10.250.0.9',
  ...fields,
});

describe('routes.insert', () => {
  it('into a subnet range is accepted with HTTP 200 and fails in its operation', async () => {
    const { done, refused, network } = exampleProject();
    const operation = await done('POST', 'global/routes', route(network, '10.250.7.0/24'));
    expect(operation).toMatchObject({
      status: 'DONE',
      httpErrorStatusCode: 400,
      failure: {
        code: 'UNSUPPORTED_OPERATION',
        message:
          '10.250.7.0/24 hides the address space of the network (10.250.0.0/16). Cannot change the routing of packets destined for the network.',
      },
    });
    expect(await refused('GET', 'global/routes/new-route')).toMatchObject({ status: 404 });
  });

  it('into a subnet range is refused at once when that is switched', async () => {
    const { refused, network } = exampleProject({ switches: { routeIntoRangeRefusal: 'synchronous' } });
    const refusal = await refused('POST', 'global/routes', route(network, '10.250.0.0/16'));
    expect(refusal).toMatchObject({ status: 400, reason: 'invalid' });
    expect(refusal.message).toContain("'resource.destRange': '10.250.0.0/16'");
  });

  it('is fine when it is broader than a subnet range, or beside it', async () => {
    const { done, network } = exampleProject();
    expect((await done('POST', 'global/routes', route(network, '10.240.0.0/12'))).failure).toBeUndefined();
  });

  it('into a range under the flag is accepted, or refused when that is switched', async () => {
    const insert = async (switches: object) => {
      const { patchSubnet, podRange, done, network } = exampleProject({ switches });
      await patchSubnet({ allowSubnetCidrRoutesOverlap: true });
      await patchSubnet({ secondaryIpRanges: [podRange] });
      return (await done('POST', 'global/routes', route(network, '100.97.0.0/24'))).failure?.code;
    };
    expect(await insert({})).toBeUndefined();
    expect(await insert({ routeInsertUnderFlag: 'refused' })).toBe('UNSUPPORTED_OPERATION');
  });

  it('answers 409 for a name that exists and for one that is being inserted', async () => {
    const { call, refused, network } = exampleProject();
    expect(
      await refused('POST', 'global/routes', route(network, '10.0.0.0/24', { name: 'corporate-network' })),
    ).toMatchObject({
      status: 409,
      reason: 'alreadyExists',
    });
    await call('POST', 'global/routes', route(network, '10.0.0.0/24'));
    expect(await refused('POST', 'global/routes', route(network, '10.0.1.0/24'))).toMatchObject({
      status: 409,
    });
  });

  it('fails with QUOTA_EXCEEDED when the network holds as many as it may', async () => {
    const { done, network } = exampleProject({ quotas: { staticRoutesPerNetwork: 6 } });
    expect((await done('POST', 'global/routes', route(network, '10.0.0.0/24'))).failure?.code).toBe(
      'QUOTA_EXCEEDED',
    );
  });

  it('refuses a next hop instance that does not exist', async () => {
    const { refused, network } = exampleProject();
    const hop = { nextHopIp: undefined, nextHopInstance: 'zones/europe-west1-b/instances/nobody' };
    expect(await refused('POST', 'global/routes', route(network, '10.0.0.0/24', hop))).toMatchObject({
      status: 400,
      reason: 'invalid',
    });
  });
});

describe('a route', () => {
  const shown = z.looseObject({ warnings: z.array(z.looseObject({ code: z.string() })).optional() });

  it('is refused by its operation when the project has all the routes that its scenario allows', async () => {
    const scenario = computeScenario(exampleCluster({ nodes: 4 }));
    const quotas = [{ metric: 'ROUTES', limit: 6 }];
    const { done, network } = exampleProject({ scenario: { ...scenario, quotas } });
    const { failure } = await done('POST', 'global/routes', route(network, '10.240.0.0/12'));
    expect(failure).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(failure?.message).toContain("Quota 'ROUTES' exceeded");
  });

  it('stays when its VM is gone, with a warning', async () => {
    const { done, get, node, routeOf } = exampleProject();
    await done('DELETE', node(0).path);
    const { warnings } = await get(routeOf(0), shown);
    expect(warnings?.map(({ code }) => code)).toEqual(['NEXT_HOP_INSTANCE_NOT_FOUND']);
  });

  it('is gone when its deletion is done, not before', async () => {
    const { call, get, refused, routeOf, clock } = exampleProject();
    await call('DELETE', routeOf(0));
    await get(routeOf(0), shown);
    await clock.advance(10_000);
    expect(await refused('GET', routeOf(0))).toMatchObject({ status: 404, reason: 'notFound' });
  });
});

describe('subnet routes', () => {
  const list = z.looseObject({
    items: z.array(z.looseObject({ name: z.string(), nextHopNetwork: z.string().optional() })),
  });

  it('are listed and cannot be deleted, or are hidden when that is switched', async () => {
    const { get, refused } = exampleProject();
    const subnetRoutes = (await get('global/routes', list)).items.filter((one) => one.nextHopNetwork);
    expect(subnetRoutes).toHaveLength(2);
    expect(await refused('DELETE', `global/routes/${subnetRoutes[0]?.name}`)).toMatchObject({ status: 400 });
    const hidden = exampleProject({ switches: { subnetRoutesInList: 'hidden' } });
    expect((await hidden.get('global/routes', list)).items).toHaveLength(6);
  });
});
