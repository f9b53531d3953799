import { beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  fleetViewSchema,
  historyPageSchema,
  migrationViewSchema,
  nodesViewSchema,
  rolloutViewSchema,
} from '../../shared/view/index.ts';
import { fleetOfThree, succeeded } from './fleet-of-three.ts';
import { ALICE, shootDualstack } from './support.ts';

let world: Awaited<ReturnType<typeof fleetOfThree>>;
beforeEach(async () => {
  world = await fleetOfThree();
});
const asked = (line: string, options = {}) => shootDualstack(line, world.connecting, options);

describe('json and yaml are exactly what the API answers', () => {
  test.each([
    ['status', '/api/fleet', fleetViewSchema],
    ['status garden-core/api', '/api/migrations?shoot=garden-core/api', migrationViewSchema],
    ['nodes garden-core/api', '/api/migrations/shoot--core--api-0f7c3b0e-1/nodes', nodesViewSchema],
    ['history garden-core/api', '/api/migrations/shoot--core--api-0f7c3b0e-1/history', historyPageSchema],
    ['rollout show', '/api/rollout', rolloutViewSchema],
  ])('%s', async (line, path, schema) => {
    const answer: unknown = await (await world.asked(`http://127.0.0.1:9${path}`)).json();
    for (const [format, read] of [
      ['json', (text: string): unknown => JSON.parse(text)] as const,
      ['yaml', parse] as const,
    ]) {
      const { code, out } = await asked(`${line} -o ${format}`);
      expect(code).toBe(0);
      const shown: unknown = read(out);
      expect(shown).toEqual(answer);
      expect(schema.safeParse(shown).success).toBe(true);
    }
  });
});

describe('a SHOOT is', () => {
  test.each([
    ['namespace/name', 'garden-web/api', 'garden-web/api'],
    ['a name that only one has', 'shoot-00000', 'garden-core/shoot-00000'],
    ['the id of a migration', 'web-1', 'garden-web/api'],
  ])('%s', async (_, argument, shoot) => {
    const { out } = await asked(`status ${argument} -o json`);
    expect(JSON.parse(out)).toMatchObject({ shoot });
  });

  test('never one of several of a name: the candidates are listed', async () => {
    const { code, out, said } = await asked('status api');
    expect([code, out]).toEqual([2, '']);
    expect(said).toContain('garden-core/api, garden-web/api');
  });

  test.each([
    ['status garden-cor/api', 3, 'garden-core/api'],
    ['status shoot-0000', 3, 'shoot-00000'],
    ['nodes nobody-at-all', 3, 'neither a migration'],
    ['history ../secret', 2, 'expected namespace/name'],
    ['status Garden/API', 2, 'expected namespace/name'],
  ])('said to be none where it is none: %s', async (line, code, words) => {
    const ended = await asked(line);
    expect([ended.code, ended.out]).toEqual([code, '']);
    expect(ended.said).toContain(words);
  });
});

test('what is blocked comes first, with its reason, and alone ends with 4', async () => {
  const fleet = await asked('status');
  expect(fleet.code).toBe(0);
  expect(fleet.out.split('\n')[1]).toMatch(/^garden-core\/shoot-00000 +blocked .* NodeNotReached$/);
  const one = await asked('status shoot-00000');
  expect(one.code).toBe(4);
  expect(one.out).toMatch(/to do +Look at it\./);
});

describe('an act is asked for as the API has it', () => {
  const id = 'shoot--core--api-0f7c3b0e-1';
  const shoot = 'garden-core/api';
  test.each<[line: string, topic: string, body: object]>([
    ['pause garden-core/api', 'pause', { shoot }],
    ['resume garden-core/api', 'resume', { shoot }],
    ['abort garden-core/api --yes', 'abort', { shoot, migration: id }],
    [
      'retry garden-core/api --strategy rollover',
      'preflight',
      { shoot, migration: id, strategy: 'rollover' },
    ],
    ['publish preflight garden-core/api -y', 'preflight', { shoot, migration: id }],
    ['pause --project my-project', 'pause', { project: 'my-project' }],
    ['resume --namespace garden-core', 'resume', { namespace: 'garden-core' }],
    ['pause --all', 'pause', { all: true }],
    ['resume --all --per-minute 5', 'resume', { all: true, perMinute: 5 }],
    [
      'rollout set --at-once 3 --canary garden-core/api',
      'rollout',
      { set: { atOnce: 3, canaries: [shoot], stopAfterBlocked: 1 } },
    ],
    ['rollout go-on --yes', 'rollout', { goOn: true }],
    ['rollout stop', 'rollout', { stop: true }],
    ['rollout off -y', 'rollout', { off: true }],
  ])('%s', async (line, topic, body) => {
    const ended = await asked(`${line} -o json`);
    expect(ended).toMatchObject({ code: 0, said: '' });
    expect(JSON.parse(ended.out)).toEqual({ act: expect.any(String), topic, who: ALICE });
    expect(world.sent).toEqual([
      { topic, message: { body, attributes: expect.objectContaining({ operator: ALICE.name }) } },
    ]);
  });
});

describe('nothing is asked for', () => {
  test.each([
    ['publish migrate-routes garden-core/api'],
    ['abort garden-core/api'],
    ['retry garden-core/api --acknowledge-traffic-loss'],
    ['rollout off'],
  ])('without consent: %s', async (line) => {
    const nobody = await asked(line);
    expect(nobody).toMatchObject({ code: 5, out: '', said: expect.stringContaining('give --yes') });
    for (const answer of ['n', '', 'yess', undefined]) {
      expect(await asked(line, { answer: () => answer })).toMatchObject({ code: 5, out: '' });
    }
    expect(world.sent).toEqual([]);
    expect((await asked(line, { answer: () => 'y' })).code).toBe(0);
    expect(world.sent).toHaveLength(1);
  });

  test.each([
    ['pause', 'exactly one'],
    ['pause garden-core/api --all', 'exactly one'],
    ['pause --project A_B', '--project'],
    ['pause --namespace garden.core', '--namespace'],
    ['resume garden-core/api --per-minute 5', '--per-minute'],
    ['resume --all --per-minute 1e3', 'whole number'],
    ['retry garden-core/api --strategy fastest', 'overlap'],
    ['publish migrate-route garden-core/api --yes', 'Did you mean migrate-routes?'],
    ['rollout set --canary nobody --at-once 0', 'whole number'],
    ['rollout set --canary nobody --at-once 1', 'canaries'],
    ['rollout set', 'atOnce'],
    ['history garden-core/api --tail -1', 'whole number'],
    ['nodes', 'missing required argument'],
    ['nodes a b', 'too many arguments'],
    ['status -o xml', 'Allowed choices'],
    ['pase garden-core/api', 'unknown command'],
    ['pause garden-core/api --force', 'unknown option'],
    ['start', 'either SHOOT or --file'],
    ['audit', 'either SHOOT or --kubeconfig'],
    ['plan', 'SHOOT or --file'],
  ])('for arguments that are wrong: %s', async (line, words) => {
    const ended = await asked(line);
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.said).toContain(words);
    expect(world.sent).toEqual([]);
  });

  test('of a migration that has ended by publishing its steps', async () => {
    await world.engine.migrations.change(world.api.id, (current) => ({
      migration: succeeded(current),
    }));
    expect(await asked('publish preflight garden-core/api --yes')).toMatchObject({
      code: 5,
      said: expect.stringContaining('has ended'),
    });
    expect(world.sent).toEqual([]);
  });
});

test('the history shows who acted, and what of it was only claimed', async () => {
  await world.engine.migrations.change(world.api.id, (current) => ({
    migration: current,
    history: [
      { at: current.createdAt, by: 'operator', who: ALICE, event: 'paused', message: 'm' },
      {
        at: current.createdAt,
        by: 'operator',
        who: { name: 'bob', verified: false },
        event: 'resumed',
        message: 'm',
      },
    ],
  }));
  const { out } = await asked('history garden-core/api --tail 2');
  expect(out.trimEnd().split('\n')).toEqual([
    expect.stringContaining('paused by alice@example.com: m'),
    expect.stringContaining('resumed by bob (claimed): m'),
  ]);
});
