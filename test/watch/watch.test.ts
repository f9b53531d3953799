import { expect, test } from 'vitest';
import { shoots } from '../../infra/local/cluster/index.ts';
import { DUAL, shoot, watchWorld } from './garden.ts';

test('a Shoot that asks for IPv6 is told of once, and its migration begins', async () => {
  const world = watchWorld([{ name: 'api' }, { name: 'web' }]);
  expect(await world.look()).toEqual({ kind: 'watching', shoots: 2, gaveWay: 0, changes: 0 });
  await world.setFamilies('api', DUAL);
  expect(await world.look()).toMatchObject({ changes: 1 });
  expect(world.changes()).toEqual([
    {
      topic: 'shoot-changed',
      body: {
        before: expect.objectContaining({
          spec: expect.objectContaining({ networking: expect.objectContaining({ ipFamilies: ['IPv4'] }) }),
        }),
        after: expect.objectContaining({
          spec: expect.objectContaining({ networking: expect.objectContaining({ ipFamilies: DUAL }) }),
        }),
      },
    },
  ]);
  expect(await world.look()).toMatchObject({ changes: 0 });
  await world.takeIn();
  expect(await world.migrations()).toMatchObject([
    { active: true, shoot: { key: 'garden-core/api', uid: 'uid-api' } },
  ]);
  expect(await world.refusals()).toEqual([]);
});

test('what goes on in the status, in annotations, workers and the schedule is told to nobody', async () => {
  const world = watchWorld([
    { name: 'api' },
    { name: 'dual', families: DUAL, changes: [['status.networking.pods', ['100.96.0.0/11', 'fd00::/64']]] },
  ]);
  await world.look();
  const before = await world.documents.list('watched');
  for (const name of ['api', 'dual']) {
    await world.change(name, {
      metadata: { annotations: { 'example.org/note': 'y' } },
      spec: { hibernation: { enabled: true } },
    });
    await world.change(name, {
      spec: { provider: { workers: [{ name: 'other' }] }, networking: { providerConfig: { note: 1 } } },
    });
    await world.change(name, { status: { lastOperation: { state: 'Processing', progress: 3 } } }, 'status');
  }
  expect(await world.look()).toMatchObject({ shoots: 2, changes: 0 });
  expect(await world.documents.list('watched')).toEqual(before);
  expect(world.changes()).toEqual([]);
});

test('the message has what matters of a Shoot and nothing else of it', async () => {
  const world = watchWorld([{ name: 'api' }]);
  await world.look();
  await world.setFamilies('api', DUAL);
  await world.look();
  const text = JSON.stringify(world.changes()[0]?.body.after);
  expect(text).not.toMatch(/example\.org|workers"|managedFields|resourceVersion/);
  expect(text.length).toBeLessThan(1_000);
});

test('Shoots of other providers, and those on their way out, are left out', async () => {
  const world = watchWorld([
    { name: 'aws', changes: [['spec.provider.type', 'aws']] },
    { name: 'api', changes: [['metadata.finalizers', ['gardener']]] },
  ]);
  expect(await world.look()).toMatchObject({ shoots: 1 });
  await world.garden.client.delete(shoots, { namespace: 'garden-core', name: 'api' });
  await world.setFamilies('aws', DUAL);
  await world.setFamilies('api', DUAL);
  expect(await world.look()).toMatchObject({ shoots: 0, changes: 0 });
});

test('a Shoot that is created anew under its name is another one, seen for the first time', async () => {
  const world = watchWorld([{ name: 'api' }]);
  await world.look();
  await world.garden.client.delete(shoots, { namespace: 'garden-core', name: 'api' });
  const both = { name: 'api', families: DUAL };
  const { metadata } = await world.garden.client.create(
    shoots,
    shoot({ ...both, changes: [['status', {}]] }),
  );
  expect(await world.look()).toMatchObject({ shoots: 1, changes: 0 });
  await world.setFamilies('api', ['IPv4']);
  await world.look();
  expect(world.changes()).toMatchObject([{ body: { after: { metadata: { uid: metadata.uid } } } }]);
});

test('only the namespaces of the settings are watched, and the project of a namespace goes with the message', async () => {
  const elsewhere = [['metadata.namespace', 'garden-web']] as const;
  const world = watchWorld([{ name: 'api' }, { name: 'web', changes: elsewhere }], {
    namespaces: ['garden-core'],
    projects: new Map([['garden-core', 'shoots-of-core']]),
  });
  expect(await world.look()).toMatchObject({ shoots: 1 });
  await world.setFamilies('api', DUAL);
  await world.look();
  expect(world.changes()).toMatchObject([{ body: { project: 'shoots-of-core' } }]);
  await world.takeIn();
  expect(await world.migrations()).toMatchObject([{ target: { project: 'shoots-of-core' } }]);
});

test('a way forth after a way back is a change again', async () => {
  const world = watchWorld([
    { name: 'api', changes: [['spec.networking.providerConfig.overlay.enabled', true]] },
  ]);
  await world.look();
  for (const families of [DUAL, ['IPv4'], DUAL]) {
    await world.setFamilies('api', families);
    await world.look();
    await world.takeIn();
  }
  expect(world.changes()).toHaveLength(3);
  expect(await world.migrations()).toEqual([]);
});

test('what was refused begins when its owner has mended the Shoot', async () => {
  const world = watchWorld([
    { name: 'api', changes: [['spec.networking.providerConfig.overlay.enabled', true]] },
  ]);
  await world.look();
  await world.setFamilies('api', DUAL);
  await world.look();
  await world.takeIn();
  expect(await world.refusals()).toMatchObject([{ reason: 'OverlayNotOff' }]);
  await world.change('api', { spec: { networking: { providerConfig: { overlay: { enabled: false } } } } });
  expect(await world.look()).toMatchObject({ changes: 1 });
  await world.takeIn();
  expect(await world.migrations()).toMatchObject([{ active: true }]);
});

test('what could not be understood is refused by its field, and begins when it can be', async () => {
  const world = watchWorld([{ name: 'api', changes: [['spec.networking.services', 'all of them']] }]);
  await world.look();
  await world.setFamilies('api', DUAL);
  expect(await world.look()).toMatchObject({ changes: 1 });
  expect(await world.look()).toMatchObject({ changes: 0 });
  await world.takeIn();
  expect(await world.refusals()).toMatchObject([
    { reason: 'InvalidBody', message: expect.stringContaining('services') },
  ]);
  await world.change('api', { spec: { networking: { services: '100.64.0.0/13' } } });
  expect(await world.look()).toMatchObject({ changes: 1 });
  await world.takeIn();
  expect(await world.migrations()).toMatchObject([{ active: true }]);
});

test('a Shoot that is not listed for a while changed all the same', async () => {
  const world = watchWorld([
    { name: 'api' },
    { name: 'web', changes: [['metadata.namespace', 'garden-web']] },
  ]);
  await world.look();
  const narrow = watchWorldOf(world, ['garden-web']);
  expect(await world.look(narrow)).toMatchObject({ shoots: 1 });
  await world.clock.advance(6 * 24 * 3_600_000);
  await world.setFamilies('api', DUAL);
  expect(await world.look()).toMatchObject({ shoots: 2, changes: 1 });
});

test('what has not been listed for more than a week is forgotten', async () => {
  const world = watchWorld([{ name: 'api' }, { name: 'web' }]);
  await world.look();
  await world.garden.client.delete(shoots, { namespace: 'garden-core', name: 'api' });
  await world.look();
  const remembered = async () => JSON.stringify(await world.documents.list('watched'));
  expect(await remembered()).toContain('uid-api');
  await world.clock.advance(7 * 24 * 3_600_000);
  await world.look();
  expect(await remembered()).not.toContain('uid-api');
  expect(await remembered()).toContain('uid-web');
});

/** Another process with other settings over the same store. */
function watchWorldOf(world: ReturnType<typeof watchWorld>, namespaces: readonly string[]) {
  const engine = world.instance();
  if (engine.garden === undefined) throw new Error('expected a garden');
  return { ...engine, garden: { ...engine.garden, namespaces } };
}
