import { PubSub } from '@google-cloud/pubsub';
import { describe, expect, onTestFinished, test } from 'vitest';
import { projectOperations } from '../../cli/operations/project/index.ts';
import { embeddedDocuments } from '../../infra/local/backends/embedded/documents.ts';
import { startOnEmulators } from '../../infra/local/backends/emulator-backends.ts';
import type { OutgoingMessage } from '../../shared/bus/bus.ts';
import { BusUnavailable } from '../../shared/bus/bus.ts';
import { systemClock } from '../../shared/clock.ts';
import { type Documents, StoreUnavailable } from '../../shared/store/documents.ts';
import { runningEmulators } from '../support/emulators.ts';
import { startedMigration } from '../support/started-migration.ts';
import { testEngine, testWorld } from '../support/test-engine.ts';
import { fleetOfThree } from './fleet-of-three.ts';
import { shootDualstack } from './support.ts';

const ENV = { SHOOT_DUALSTACK_STATUS_URL: undefined, SHOOT_DUALSTACK_PROJECT: 'toy-project' };

function over(documents: Documents, publish: (topic: string, message: OutgoingMessage) => Promise<void>) {
  return async () =>
    projectOperations({
      documents,
      bus: { publish },
      clock: { ...systemClock, now: () => 0 },
      operator: async () => 'bob@example.com',
      close: async () => {},
    });
}

const nothing = async () => {};

test.each(['status', 'status garden-web/api', 'history garden-core/api', 'nodes garden-web/api'])(
  'reading a project shows what the functions show: %s',
  async (line) => {
    const { engine, connecting } = await fleetOfThree();
    const { clock } = engine;
    const direct = async () =>
      projectOperations({
        documents: engine.documents,
        bus: engine.bus,
        clock,
        operator: async () => 'bob',
        close: nothing,
      });
    const byApi = await shootDualstack(`${line} -o json`, connecting);
    const byProject = await shootDualstack(`${line} -o json`, direct, { env: ENV });
    expect(byProject).toMatchObject({ code: 0, said: '' });
    expect(JSON.parse(byProject.out)).toEqual(JSON.parse(byApi.out));
  },
);

test('acts are messages that say who publishes them, as that is claimed', async () => {
  const { engine } = await fleetOfThree();
  const sent: object[] = [];
  const connecting = over(engine.documents, async (topic, message) => void sent.push({ topic, ...message }));
  const ended = await shootDualstack('pause garden-core/api -o json', connecting, { env: ENV });
  expect(JSON.parse(ended.out)).toEqual({
    topic: 'pause',
    who: { name: 'bob@example.com', verified: false },
  });
  expect(sent).toEqual([
    { topic: 'pause', body: { shoot: 'garden-core/api' }, attributes: { operator: 'bob@example.com' } },
  ]);
});

test('a bus or a store that does not do as asked is told by what was asked and by the exit code', async () => {
  const { engine } = await fleetOfThree();
  const refusing = over(engine.documents, async () => {
    throw new BusUnavailable('topic pause did not take a message: 7 PERMISSION_DENIED');
  });
  expect(await shootDualstack('pause garden-core/api', refusing, { env: ENV })).toMatchObject({
    code: 5,
    said: expect.stringContaining('publishing on pause'),
  });
  const away: Documents = {
    ...embeddedDocuments(),
    list: async () => {
      throw new StoreUnavailable('14 UNAVAILABLE');
    },
  };
  expect(await shootDualstack('status', over(away, nothing), { env: ENV })).toMatchObject({
    code: 6,
    said: expect.stringContaining('reading the migrations: 14'),
  });
});

test('half of the emulators is a mistake, and nobody is asked', async () => {
  const env = { ...ENV, PUBSUB_EMULATOR_HOST: '127.0.0.1:9', FIRESTORE_EMULATOR_HOST: undefined };
  expect(await shootDualstack('status', undefined, { env })).toMatchObject({
    code: 2,
    said: expect.stringContaining('both'),
  });
});

const emulators = runningEmulators();
describe.skipIf(emulators === undefined)('on Google’s emulators', () => {
  test('the command itself reads what is there, and its message arrives', async () => {
    if (emulators === undefined) throw new Error('the emulators are not running');
    const backends = await startOnEmulators(
      { clock: systemClock, topology: [{ topic: 'pause' }] },
      emulators,
    );
    onTestFinished(() => backends.stop());
    const migration = await startedMigration(
      testEngine({ world: { ...testWorld(), documents: backends.documents } }),
    );
    const project = backends.environment.GOOGLE_CLOUD_PROJECT ?? '';
    const pubsub = new PubSub({ projectId: project, apiEndpoint: emulators.pubsubHost, emulatorMode: true });
    onTestFinished(() => pubsub.close());
    const [subscription] = await pubsub.topic('pause').createSubscription('look');
    const env = {
      SHOOT_DUALSTACK_STATUS_URL: undefined,
      SHOOT_DUALSTACK_PROJECT: project,
      FIRESTORE_EMULATOR_HOST: emulators.firestoreHost,
      PUBSUB_EMULATOR_HOST: emulators.pubsubHost,
      // No gcloud: the machine’s own user signs.
      PATH: '/nowhere',
    };
    const status = await shootDualstack('status api -o json', undefined, { env });
    expect(JSON.parse(status.out)).toMatchObject({ id: migration.id });
    const arrived = new Promise<{ body: unknown; operator: string | undefined }>((resolve) => {
      subscription.on('message', (each) => {
        each.ack();
        resolve({ body: JSON.parse(each.data.toString('utf8')), operator: each.attributes.operator });
      });
    });
    expect((await shootDualstack('pause api', undefined, { env })).code).toBe(0);
    expect(await arrived).toEqual({
      body: { shoot: 'garden-core/api' },
      operator: expect.stringContaining('@'),
    });
  }, 90_000);
});
