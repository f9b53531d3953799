import { describe, expect, it } from 'vitest';
import { computeScenario } from '../../infra/local/example/compute-scenario.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';
import { computeInProcess, ScenarioError } from '../../infra/local/gce/index.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const example = computeScenario(exampleCluster({ nodes: 2 }));
const [subnetwork] = example.subnetworks;
const [route] = example.routes;
const [instance] = example.instances;

function message(change: object): string {
  try {
    computeInProcess({ clock: virtualClock(), scenario: { ...example, ...change } });
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a scenario', () => {
  it.each([
    ['no project', { project: '' }, 'project: expected a project id'],
    ['a zone of another region', { zones: ['us-east1-b'] }, 'zones[0]: expected a zone of europe-west1'],
    ['a list that is none', { routes: {} }, 'routes: '],
    ['a resource without a name', { networks: [{}] }, 'networks[0].name: '],
    ['an unknown network', { networks: [] }, "'subnetworks[0].network'"],
    [
      'a bad CIDR',
      { subnetworks: [{ ...subnetwork, ipCidrRange: '10.250.0.1/16' }] },
      "'subnetworks[0].ipCidrRange': '10.250.0.1/16'",
    ],
    [
      'a name twice',
      { routes: [route, route] },
      'routes[1].name: "default-route-shoot--core--api" is there twice',
    ],
    [
      'overlapping subnetworks',
      { subnetworks: [subnetwork, { ...subnetwork, name: 'other' }] },
      'subnetworks[1]: ',
    ],
    [
      'a subnetwork in a legacy network',
      { networks: [{ name: 'shoot--core--api', IPv4Range: '10.240.0.0/16' }] },
      'a legacy network has no subnetworks',
    ],
    ['a quota without a limit', { quotas: [{ metric: 'ROUTES' }] }, 'quotas[0].limit: '],
    ['an unknown network tier', { defaultNetworkTier: 'GOLD' }, 'defaultNetworkTier: '],
    [
      'an unknown zone',
      { instances: [{ ...instance, zone: 'europe-west1-z' }] },
      'instances[0].zone: expected one of',
    ],
  ])('with %s is refused, naming the field', (_, change, expected) => {
    expect(message(change)).toContain(expected);
  });

  it('may give regions and zones bare or as links', () => {
    const region = 'https://www.googleapis.com/compute/v1/projects/example-project/regions/europe-west1';
    const zone = 'zones/europe-west1-b';
    const change = {
      subnetworks: example.subnetworks.map((one) => ({ ...one, region })),
      instances: [{ ...instance, zone }],
    };
    expect(message(change)).toBe('accepted');
  });
});
