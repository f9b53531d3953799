import { expect, test } from 'vitest';
import { ClusterRefused } from '../../shared/kubernetes/errors.ts';
import { permissionsAt, permissionsInShoot } from '../../shared/kubernetes/permission.ts';
import type { ShootPart } from '../../shared/kubernetes/rights.ts';
import { NODE_ROLLOUT } from '../../shared/migration/node-rollout.ts';
import type { Change } from '../support/shoot-manifest.ts';
import { NOTHING_MISSING, run, world } from './preflight-run.ts';

const FORBIDDEN = async () => {
  throw new ClusterRefused('list Nodes', 'Forbidden', 'nodes is forbidden');
};

test('rights that are missing in the shoot and in the garden block, also those without which nothing can be read', async () => {
  const missing = permissionsInShoot('base').filter(({ resource }) => resource === 'nodes');
  const inGarden = permissionsAt('garden', { namespace: 'garden-core', name: 'api' }).slice(1);
  const preflighted = world({
    current: {
      cluster: { nodes: FORBIDDEN, missingRights: async () => ({ missing, unknown: [] }) },
      garden: { missingRights: async () => ({ missing: inGarden, unknown: [] }) },
    },
  });
  expect(await run(preflighted)).toMatchObject({
    kind: 'blocked',
    message: expect.stringMatching(
      /^1 of \d+ checks blocks: rights-are-granted: The functions may not: list nodes in the whole cluster, patch shoots\.core\.gardener\.cloud\/api in garden-core\.$/,
    ),
    remedy: expect.stringMatching(
      /Apply infra\/kubernetes\/shoot\/base\.yaml to the shoot; infra\/kubernetes\/garden\/role\.yaml to the garden, bound in the namespace garden-core\./,
    ),
  });
});

test('a refusal that no missing right explains is no finding', async () => {
  const preflighted = world({ current: { cluster: { nodes: FORBIDDEN } } });
  preflighted.begin();
  await expect(preflighted.round()).rejects.toBeInstanceOf(ClusterRefused);
});

test.each<{ says: string; shoot: readonly Change[]; parts: readonly ShootPart[] }>([
  { says: 'nothing', shoot: [], parts: ['base', 'probe', 'calico'] },
  {
    says: 'drain',
    shoot: [['metadata.annotations', { [NODE_ROLLOUT.mode]: 'drain' }]],
    parts: ['base', 'probe', 'calico', 'drain'],
  },
])(
  'asked for are the rights of the Shoot’s own plugin and way to roll nodes: it says $says',
  async ({ shoot, parts }) => {
    const asked: (readonly ShootPart[])[] = [];
    const missingRights = async (of: readonly ShootPart[]) => {
      asked.push(of);
      return NOTHING_MISSING;
    };
    expect(await run(world({ current: { shoot, cluster: { missingRights } } }))).toMatchObject({
      kind: 'done',
    });
    expect(asked).toEqual([parts]);
  },
);
