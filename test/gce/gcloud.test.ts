import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { computeScenario } from '../../infra/local/example/compute-scenario.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';
import type { ComputeSimulator } from '../../infra/local/gce/index.ts';
import { FAST_LATENCY, startComputeSimulator } from '../../infra/local/gce/index.ts';
import { systemClock } from '../../shared/clock.ts';

const installed = (process.env.PATH ?? '')
  .split(delimiter)
  .some((folder) => existsSync(join(folder, 'gcloud')));
const cluster = exampleCluster({ nodes: 3 });
const subnet = [`${cluster.technicalId}-nodes`, '--region', cluster.region];
const node = cluster.nodes[0];
const routes = cluster.nodes.map(({ uid }) => `${cluster.technicalId.slice(0, 26)}-${uid}`);

let simulator: ComputeSimulator;
let config: string;

async function gcloud(...words: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)('gcloud', [...words, '--format=json'], {
    env: {
      ...process.env,
      CLOUDSDK_CONFIG: config,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: `${simulator.url}/compute/v1/`,
      CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true',
      CLOUDSDK_CORE_PROJECT: cluster.project,
      CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
      CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
      CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: 'true',
    },
  });
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}

beforeAll(async () => {
  config = mkdtempSync(join(tmpdir(), 'gcloud-'));
  simulator = await startComputeSimulator({
    clock: systemClock,
    scenario: computeScenario(cluster),
    latency: FAST_LATENCY,
    switches: { ipv6PrefixDelayMs: 0 },
  });
});

afterAll(async () => {
  await simulator.stop();
  rmSync(config, { recursive: true, force: true });
});

describe.skipIf(!installed)(`the gcloud CLI${installed ? '' : ' (skipped: gcloud is not installed)'}`, () => {
  it('works unchanged: subnets, aliases, routes, instances', { timeout: 120_000 }, async () => {
    if (node === undefined) throw new Error('the example has no nodes');
    const named = z.array(z.looseObject({ name: z.string() }));
    const update = ['compute', 'networks', 'subnets', 'update', ...subnet];
    // The flag is in the beta track of some versions; the request is the same.
    await gcloud('beta', ...update, '--allow-cidr-routes-overlap');
    await gcloud(...update, `--add-secondary-ranges=ipv4-pod-cidr=${cluster.podsCidr}`);
    expect(await gcloud('compute', 'networks', 'subnets', 'describe', ...subnet)).toMatchObject({
      allowSubnetCidrRoutesOverlap: true,
      secondaryIpRanges: [{ rangeName: 'ipv4-pod-cidr', ipCidrRange: cluster.podsCidr }],
    });

    const nic = ['compute', 'instances', 'network-interfaces', 'update', node.name, '--zone', node.zone];
    await gcloud(...nic, `--aliases=ipv4-pod-cidr:${node.podCidr}`);
    const instances = await gcloud('compute', 'instances', 'list', `--filter=name=${node.name}`);
    expect(instances).toMatchObject([
      { networkInterfaces: [{ aliasIpRanges: [{ ipCidrRange: node.podCidr }] }] },
    ]);

    await gcloud('compute', 'routes', 'delete', ...routes);
    const left = named.parse(await gcloud('compute', 'routes', 'list')).map(({ name }) => name);
    expect(left).toContain('corporate-network');
    expect(left.filter((name) => routes.includes(name))).toEqual([]);

    await gcloud('beta', ...update, '--no-allow-cidr-routes-overlap');
    await gcloud(...update, '--stack-type=IPV4_IPV6', '--ipv6-access-type=EXTERNAL');
    expect(await gcloud('compute', 'networks', 'subnets', 'describe', ...subnet)).toMatchObject({
      stackType: 'IPV4_IPV6',
      externalIpv6Prefix: expect.stringMatching(/::\/64$/),
    });
  });
});
