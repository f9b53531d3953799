import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { exampleProject } from './project.ts';

const page = z.looseObject({
  items: z.array(z.looseObject({ name: z.string(), priority: z.number().optional() })).default([]),
  nextPageToken: z.string().optional(),
});

function names(found: z.output<typeof page>): string[] {
  return found.items.map(({ name }) => name);
}

describe('lists', () => {
  it('come in pages that hold every resource once', async () => {
    const { get } = exampleProject({ cluster: { nodes: 1_201 }, switches: { subnetRoutesInList: 'hidden' } });
    const sizes: number[] = [];
    const seen = new Set<string>();
    let token = '';
    do {
      const found = await get(`global/routes?pageToken=${token}`, page);
      sizes.push(found.items.length);
      for (const name of names(found)) seen.add(name);
      token = found.nextPageToken ?? '';
    } while (token !== '');
    expect(sizes).toEqual([500, 500, 203]);
    expect(seen.size).toBe(1_203);
  });

  it.each([
    [
      'the filter of the cloud-controller-manager',
      '(name eq shoot--core--api-.*)(description eq k8s-node-route)',
      4,
    ],
    ['quoted expressions', '(name eq "corporate.*") AND (priority eq "900")', 1],
    ['equality', 'description="k8s-node-route"', 4],
    ['inequality', 'description!="k8s-node-route"', 2],
    ['a prefix', 'name:shoot--core*', 4],
    ['a number', 'priority<1000', 1],
    ['alternatives', 'name=corporate-network OR name:default-*', 2],
    ['negation', 'NOT description:k8s*', 2],
    ['an expression with parentheses', '(name eq (corporate|default)-.*)', 2],
  ])('are filtered by %s', async (_, filter, count) => {
    const { get } = exampleProject({ switches: { subnetRoutesInList: 'hidden' } });
    expect((await get(`global/routes?filter=${encodeURIComponent(filter)}`, page)).items).toHaveLength(count);
  });

  it.each(['name ~ "a"', 'name =', '(name eq "a"', 'name eq "("'])('refuse the filter %s', async (filter) => {
    const { refused } = exampleProject();
    expect(await refused('GET', `global/routes?filter=${encodeURIComponent(filter)}`)).toMatchObject({
      status: 400,
      reason: 'invalid',
    });
  });

  it('are ordered by name, or by time when asked, and by nothing else', async () => {
    const { get, refused } = exampleProject();
    const found = names(await get('global/routes', page));
    expect(found).toEqual(found.toSorted());
    expect((await get('global/routes?orderBy=creationTimestamp%20desc', page)).items).toHaveLength(8);
    expect(await refused('GET', 'global/routes?orderBy=priority')).toMatchObject({ status: 400 });
    expect(await refused('GET', 'global/routes?maxResults=501')).toMatchObject({ status: 400 });
  });

  it('hold only the fields asked for', async () => {
    const { call } = exampleProject();
    const { body } = await call('GET', 'global/routes?maxResults=1&fields=items(name,destRange)');
    expect(body).toEqual({ items: [{ name: 'corporate-network', destRange: '172.16.0.0/12' }] });
  });
});

describe('aggregated lists', () => {
  const aggregated = z.looseObject({
    items: z.record(
      z.string(),
      z.looseObject({
        instances: z.array(z.looseObject({})).optional(),
        warning: z.looseObject({ code: z.string() }).optional(),
      }),
    ),
    unreachables: z.array(z.string()).optional(),
  });

  it('name every scope, those without results with a warning', async () => {
    const { get } = exampleProject({ cluster: { nodes: 2 } });
    const { items } = await get('aggregated/instances', aggregated);
    expect(items['zones/europe-west1-b']?.instances).toHaveLength(1);
    expect(items['zones/europe-west1-d']?.warning?.code).toBe('NO_RESULTS_ON_PAGE');
  });

  it('fail when a scope is unreachable, or name it to callers that take partial results', async () => {
    const { compute, refused, get, call } = exampleProject();
    compute.unreachable.add('zones/europe-west1-b');
    expect(await refused('GET', 'aggregated/instances')).toMatchObject({ status: 503 });
    const partial = await get('aggregated/instances?returnPartialSuccess=true', aggregated);
    expect(partial.unreachables).toHaveLength(1);
    const version = { 'x-goog-api-version': '2026-09-01' };
    expect((await call('GET', 'aggregated/instances', undefined, version)).status).toBe(200);
  });
});

describe('what is not there', () => {
  it('is refused in the words of the API, a method unknown to the simulator by its name', async () => {
    const { refused } = exampleProject();
    expect(await refused('GET', 'global/networks/nobody')).toMatchObject({
      status: 404,
      message: "The resource 'projects/example-project/global/networks/nobody' was not found",
    });
    const unknown = await refused('POST', 'zones/europe-west1-b/disks/d/resize', {});
    expect(unknown).toMatchObject({ status: 501, reason: 'notImplemented' });
    expect(unknown.message).toContain('disks.resize');
    expect(await refused('GET', 'zones/mars-1a/instances')).toMatchObject({ status: 400, reason: 'invalid' });
  });
});
