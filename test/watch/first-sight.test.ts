import { expect, test } from 'vitest';
import { watchedShoot } from '../../shared/watch/watched-shoot.ts';
import type { Change } from '../support/shoot-manifest.ts';
import { DUAL, shoot, watchWorld } from './garden.ts';

const BOTH_RANGES: Change = ['status.networking.pods', ['100.96.0.0/11', '2001:db8::/48']];
const constraint = (type: string, status: string): Change => ['status.constraints', [{ type, status }]];

test.each<[what: string, families: readonly string[], changes: readonly Change[], unfinished: boolean]>([
  ['a Shoot of IPv4', ['IPv4'], [], false],
  ['one that is dual-stack through and through', DUAL, [BOTH_RANGES], false],
  ['one that is being created with both families', DUAL, [['status.networking', undefined]], false],
  ['… and has no status at all', DUAL, [['status', {}]], false],
  ['one that asks for IPv6 and whose status shows an IPv4 range alone', DUAL, [], true],
  [
    'one in which Gardener says that nodes are not migrated',
    DUAL,
    [BOTH_RANGES, constraint('DualStackNodesMigrationReady', 'Progressing')],
    true,
  ],
  [
    'one in which it says that they are',
    DUAL,
    [BOTH_RANGES, constraint('DualStackNodesMigrationReady', 'True')],
    true,
  ],
  [
    'one in which it says that DNS is not',
    DUAL,
    [BOTH_RANGES, constraint('DNSServiceMigrationReady', 'Progressing')],
    true,
  ],
  [
    'one with constraints of another kind',
    DUAL,
    [BOTH_RANGES, constraint('HibernationPossible', 'False')],
    false,
  ],
  ['one on its way back to IPv4', ['IPv4'], [constraint('DualStackNodesMigrationReady', 'True')], false],
  ['one whose status is garbage', DUAL, [['status.networking', 'yes']], false],
])('%s', (_, families, changes, unfinished) => {
  expect(watchedShoot(shoot({ name: 'api', families, changes }))?.unfinished).toBe(unfinished);
});

test('the very first look tells of nothing but what was asked for while nobody looked, and of that once', async () => {
  const done = [BOTH_RANGES];
  const world = watchWorld([
    { name: 'a' },
    { name: 'b', families: DUAL, changes: done },
    { name: 'c', families: DUAL },
  ]);
  expect(await world.look()).toMatchObject({ shoots: 3, changes: 1 });
  expect(await world.look()).toMatchObject({ shoots: 3, changes: 0 });
  await world.takeIn();
  expect(await world.migrations()).toMatchObject([{ shoot: { key: 'garden-core/c' } }]);
});

test('a watch that lost its memory starts nothing anew that is under way', async () => {
  const world = watchWorld([{ name: 'api' }]);
  await world.look();
  await world.setFamilies('api', DUAL);
  await world.look();
  await world.takeIn();
  const watched = await world.documents.list('watched');
  await world.documents.commit(watched.map(({ path }) => ({ kind: 'delete', path })));
  expect(await world.look()).toMatchObject({ changes: 1 });
  await world.takeIn(2);
  expect(await world.migrations()).toHaveLength(1);
});

test.each([
  ['not an object', null],
  ['of no provider', { metadata: { uid: 'u', namespace: 'n' }, spec: {} }],
  ['without a UID', { metadata: { namespace: 'n' }, spec: { provider: { type: 'gcp' } } }],
  [
    'whose families are a word',
    {
      metadata: { uid: 'u', namespace: 'n' },
      spec: { provider: { type: 'gcp' }, networking: { ipFamilies: 'both' } },
    },
  ],
])('an item of a list that is %s is passed over', (_, item) => {
  expect(watchedShoot({ ...item })).toBeUndefined();
});
