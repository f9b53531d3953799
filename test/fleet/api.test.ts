import { beforeEach, describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '../../shared/bus/bus.ts';
import { onRollout } from '../../shared/edge/handlers.ts';
import { answered } from '../../shared/edge/http/serve.ts';
import type { IdentifyCaller } from '../../shared/edge/operate/callers.ts';
import { answerAs } from '../../shared/edge/operate/serve.ts';
import { type Looks, looksOf } from '../../shared/edge/status/looks.ts';
import { fleetViewSchema, rolloutViewSchema } from '../../shared/view/index.ts';
import { message } from '../edge/messages.ts';
import { ask, checkEvent, checked, open } from '../status/client.ts';
import { type ToyFleet, toyFleet } from './toy-fleet.ts';

let fleet: ToyFleet;
let looks: Looks;
const NAMES = ['a', 'b', 'c', 'd'];

beforeEach(async () => {
  fleet = toyFleet();
  looks = looksOf(fleet.engine, fleet.world.clock);
});

async function view() {
  await fleet.world.clock.advance(70_000);
  return rolloutViewSchema.parse((await ask(looks, '/api/rollout')).json);
}

async function rowOf(name: string) {
  await fleet.world.clock.advance(5_000);
  const { rows } = fleetViewSchema.parse((await ask(looks, '/api/fleet')).json);
  return rows.find(({ shoot }) => shoot === `garden-core/${name}`);
}

describe('the rollout as it is shown', () => {
  test('says that there is none', async () => {
    await fleet.ask({ name: 'a' });
    expect(await view()).toMatchObject({
      state: 'none',
      next: [],
      canaries: [],
      counts: { in: 0, waiting: 0 },
    });
  });

  test('has who is in, who waits and why not yet, and what has become of the others', async () => {
    fleet.blocked.set('d', 'preflight');
    await fleet.set({ atOnce: 1, canaries: ['garden-core/a'] });
    await fleet.ask(...NAMES.map((name) => ({ name, seed: 'eu-1' })));
    await fleet.minutes(1);
    expect(await view()).toMatchObject({
      state: 'running',
      policy: { atOnce: 1, stopAfterBlocked: 1 },
      who: { name: 'alice@example.com', verified: false },
      counts: { planning: 0, waiting: 2, refused: 1, in: 1, blocked: 0, done: 0, ledBack: 0 },
      canaries: [{ shoot: 'garden-core/a', state: 'under way' }],
      in: [{ shoot: 'garden-core/a', by: 'rollout', phase: 'waiting', seed: 'eu-1' }],
      next: [
        { place: 1, shoot: 'garden-core/b', canary: false, why: { reason: 'WaitsForCanary' } },
        { place: 2, shoot: 'garden-core/c', why: { sentence: expect.stringContaining('canary') } },
      ],
      events: [{ event: 'set', message: 'first garden-core/a, 1 at once, stops after 1 blocked' }],
    });
    await fleet.minutes(13);
    const later = await view();
    expect(later.counts).toMatchObject({ done: 1, waiting: 1, in: 1 });
    expect(later.next).toMatchObject([{ shoot: 'garden-core/c', why: { message: '1 of 1 are under way' } }]);
  });

  test('has what stopped it, by which shoot, and what going on accepts', async () => {
    fleet.blocked.set('a', 'migrate-routes');
    await fleet.set({ atOnce: 1 });
    await fleet.ask(...NAMES.map((name) => ({ name })));
    await fleet.minutes(2);
    expect(await view()).toMatchObject({
      state: 'stopped',
      stopped: {
        by: 'rollout',
        reason: 'ShootsBlocked',
        sentence: expect.any(String),
        troubles: [{ shoot: 'garden-core/a', message: expect.stringContaining('NodeNotReached') }],
      },
      next: [{ why: { reason: 'RolloutStopped' } }, {}, {}],
    });
    await fleet.rollout({ goOn: true });
    expect(await view()).toMatchObject({ state: 'running', accepted: ['garden-core/a'] });
  });

  test('says that it is damaged, beside what can be read', async () => {
    await fleet.ask({ name: 'a' });
    await fleet.world.documents.commit([{ kind: 'put', path: 'fleet/rollout', fields: {} }]);
    expect(await view()).toMatchObject({ state: 'damaged' });
    const { unreadable, rows } = fleetViewSchema.parse((await ask(looks, '/api/fleet')).json);
    expect([unreadable.length, rows.length]).toEqual([1, 1]);
  });

  test('is not sent again to who has it, as long as nothing changes', async () => {
    await fleet.set({ atOnce: 1 });
    const first = await ask(looks, '/api/rollout');
    await fleet.world.clock.advance(60_000);
    expect((await ask(looks, '/api/rollout')).etag).toBe(first.etag);
    await fleet.rollout({ stop: true });
    await fleet.world.clock.advance(60_000);
    expect((await ask(looks, '/api/rollout')).etag).not.toBe(first.etag);
  });

  test('comes with the news of the fleet', async () => {
    await fleet.set({ atOnce: 1 });
    const events: string[] = [];
    const stream = await open(looks, '/api/events');
    const over = new AbortController();
    const ended = stream.run(async (event) => {
      checkEvent(event);
      events.push(event.event);
    }, over.signal);
    ended.catch(() => undefined);
    await fleet.world.clock.advance(5_000);
    await fleet.rollout({ stop: true });
    await fleet.world.clock.advance(5_000);
    over.abort();
    expect(events).toEqual(['fleet', 'rollout', 'rollout']);
  });
});

describe('a shoot that waits', () => {
  test('says its place and what keeps it, in the fleet and by itself', async () => {
    await fleet.set({ atOnce: 1 });
    await fleet.ask(...NAMES.map((name) => ({ name })));
    await fleet.minutes(1);
    const why = {
      reason: 'WaitsForRollout',
      message: 'place 2 of 3: 1 of 1 are under way',
      sentence: expect.stringContaining('turn'),
    };
    expect(await rowOf('c')).toMatchObject({ phase: 'waiting', why });
    const { json } = await ask(looks, '/api/migrations?shoot=garden-core/c');
    expect(json).toMatchObject({ why, rollout: { waitsSince: expect.any(String) } });
    expect(JSON.stringify(json)).not.toContain('letIn');
  });

  test('for its turn to go on says about when', async () => {
    await fleet.ask(...NAMES.map((name) => ({ name })));
    await fleet.pauseAll();
    await fleet.resumeAll(1);
    await fleet.minutes(1);
    expect(await rowOf('a')).toMatchObject({ phase: 'waiting', paused: false });
    expect(await rowOf('c')).toMatchObject({
      phase: 'paused',
      why: {
        reason: 'ResumesInTurn',
        message: expect.stringMatching(/^goes on at about \d\d:\d\d UTC, as number 2 of 3 \(1 a minute\)$/),
      },
    });
    expect((await view()).holds).toMatchObject([{ kind: 'all', release: { perMinute: 1, left: 3 } }]);
  });

  test('that is let in says so', async () => {
    await fleet.set({ atOnce: 1 });
    await fleet.ask({ name: 'a' });
    await fleet.minutes(1);
    const { json } = await ask(looks, '/api/migrations?shoot=garden-core/a');
    expect(json).toMatchObject({ rollout: { letIn: { by: 'rollout' } } });
  });
});

describe('an operator over HTTP', () => {
  const ALICE = { name: 'alice@example.com', verified: true };
  const known: IdentifyCaller = async () => ({ who: ALICE });

  async function act(url: string, body: unknown) {
    const sent: { topic: string; outgoing: OutgoingMessage }[] = [];
    const bus = {
      publish: async (topic: string, outgoing: OutgoingMessage) => void sent.push({ topic, outgoing }),
    };
    const headers = { 'x-requested-by': 'shoot-dualstack', 'content-type': 'application/json' };
    const request = { method: 'POST', url, headers, body: Buffer.from(JSON.stringify(body)) };
    const result = await answered('operate', request, () =>
      answerAs(known, { ...fleet.engine, bus }, request),
    );
    if (result.kind === 'events') throw new Error('events');
    return { answer: checked('post', url, result), sent };
  }

  test('sets a policy, verified', async () => {
    const { answer, sent } = await act('/api/rollout', { set: { atOnce: 3 } });
    expect(answer).toMatchObject({ status: 202, json: { topic: 'rollout', who: ALICE } });
    for (const { outgoing } of sent) {
      const attributes = { ...outgoing.attributes };
      await onRollout(fleet.engine, message(JSON.stringify(outgoing.body), { attributes }));
    }
    expect(await fleet.stored()).toMatchObject({
      policy: { atOnce: 3 },
      who: ALICE,
      events: [{ who: ALICE }],
    });
  });

  test.each<[body: object, topic: string, message: object]>([
    [{ kind: 'all', held: true }, 'pause', { all: true }],
    [{ kind: 'all', held: false }, 'resume', { all: true }],
    [{ kind: 'all', held: false, perMinute: 5 }, 'resume', { all: true, perMinute: 5 }],
    [{ kind: 'namespace', name: 'garden-a', held: true }, 'pause', { namespace: 'garden-a' }],
  ])('turns the switch: %j', async (body, topic, expected) => {
    const { answer, sent } = await act('/api/holds', body);
    expect(answer.status).toBe(202);
    expect(sent).toMatchObject([{ topic, outgoing: { body: expected } }]);
  });

  test.each<[url: string, body: object, field: string]>([
    ['/api/rollout', {}, ''],
    ['/api/rollout', { set: { atOnce: 0 } }, 'set.atOnce'],
    ['/api/rollout', { set: { atOnce: 1, canaries: ['x'] } }, 'set.canaries.0'],
    ['/api/holds', { kind: 'all', name: 'everything', held: true }, 'name'],
    ['/api/holds', { kind: 'all', held: true, perMinute: 5 }, 'perMinute'],
    ['/api/holds', { kind: 'all', held: false, perMinute: 0 }, 'perMinute'],
    ['/api/holds', { kind: 'project', name: 'p', held: false, perMinute: 5 }, 'perMinute'],
    ['/api/holds', { kind: 'project', held: true }, 'name'],
  ])('is told which field is wrong, and nothing is sent: %s %j', async (url, body, field) => {
    const { answer, sent } = await act(url, body);
    const errors = [expect.objectContaining(field === '' ? {} : { field })];
    expect(answer).toMatchObject({ status: 400, json: { errors } });
    expect(sent).toEqual([]);
  });
});
