import { expect, test } from 'vitest';
import { TerminalError } from '../../shared/engine/errors.ts';
import type { StepRun } from '../../shared/engine/step.ts';
import type { Cluster } from '../../shared/kubernetes/cluster.ts';
import { ClusterRefused } from '../../shared/kubernetes/errors.ts';
import type { Garden } from '../../shared/kubernetes/garden.ts';
import type { Eviction, NodeDrain } from '../../shared/kubernetes/node-drain.ts';
import { actOnNodes } from '../../shared/steps/check-nodes/act.ts';
import { describeNodeAction, type NodeAction } from '../../shared/steps/check-nodes/actions.ts';
import { MARKS } from '../../shared/steps/check-nodes/marks.ts';
import { ago, drainable, draining, NOW, pod } from './check-nodes-facts.ts';
import { migrationWith, portWith, silent } from './fixtures.ts';

const AT = new Date(NOW).toISOString();

/** A run that writes down what is done in which order. */
function recordingRun(
  marks: Record<string, string> = {},
  evictions: readonly Eviction[] = [],
  gardenSays?: Error,
) {
  const done: string[] = [];
  let migration = migrationWith(marks);
  const left = [...evictions];
  const note = (what: string) => async (node: { name: string }) => void done.push(`${what} ${node.name}`);
  const nodeDrain = portWith<NodeDrain>({
    cordon: note('cordon'),
    uncordon: note('uncordon'),
    handOver: note('hand over'),
    evict: async ({ key }) => {
      done.push(`evict ${key}`);
      return left.shift() ?? { kind: 'leaving' };
    },
  });
  const run: StepRun = {
    get migration() {
      return migration;
    },
    ports: {
      compute: portWith({}),
      reachability: portWith({}),
      cluster: portWith<Cluster>({ nodeDrain }),
      garden: portWith<Garden>({
        rolloutWorkers: async (pools) => {
          done.push(`roll ${pools === 'all' ? '*' : pools.join('+')}`);
          if (gardenSays !== undefined) throw gardenSays;
        },
        reconcile: async () => void done.push('reconcile'),
      }),
    },
    clock: { now: () => NOW, sleep: async () => {} },
    log: silent,
    cause: 'engine',
    signal: new AbortController().signal,
    remember: async (mark, value) => {
      done.push(`${mark.replace('check-nodes/', '')}: ${value}`);
      migration = { ...migration, marks: { ...migration.marks, [mark]: value } };
    },
    report: async () => {},
    replan: async () => {},
    podRoutes: async () => new Map(),
    savePodRoutes: async () => {},
  };
  return { run, done };
}

async function doneBy(action: NodeAction, marks?: Record<string, string>, evictions?: readonly Eviction[]) {
  const { run, done } = recordingRun(marks, evictions);
  await actOnNodes(action, run);
  return done;
}

const ROLLOUT = { kind: 'ask for rollout', singleStack: 1, seconds: 240, longerThanWindow: false } as const;
const VERDICT = { reason: 'DrainTimedOut', message: 'why', remedy: 'what' } as const;

test('that a rollout is asked for is on record before it is, how often of which pool once Gardener agreed', async () => {
  const asked = { [MARKS.rolloutsAsked]: 'a=1' };
  expect(await doneBy({ ...ROLLOUT, pools: ['a', 'b'], allPools: false }, asked)).toEqual([
    `rollout-seen-at: ${AT}`,
    'roll a+b',
    'rollouts-asked: a=2,b=1',
  ]);
  expect(await doneBy({ ...ROLLOUT, pools: ['a'], allPools: true })).toContain('roll *');
});

test.each([
  ['refused', new ClusterRefused('patch', 'Invalid', 'no'), { seen: ago(9_000), asked: 'a=1' }],
  ['left without an answer', new Error('timeout'), { seen: AT, asked: 'a=1' }],
])('of a rollout that is %s remains what is known', async (_what, error, { seen, asked }) => {
  const marks = { [MARKS.rolloutSeenAt]: ago(9_000), [MARKS.rolloutsAsked]: 'a=1' };
  const { run } = recordingRun(marks, [], error);
  await expect(actOnNodes({ ...ROLLOUT, pools: ['a'], allPools: false }, run)).rejects.toBe(error);
  expect(run.migration.marks).toMatchObject({ [MARKS.rolloutSeenAt]: seen, [MARKS.rolloutsAsked]: asked });
});

test('that a reconciliation is asked for is on record before it is', async () => {
  expect(await doneBy({ kind: 'ask for reconciliation' })).toEqual([
    `reconcile-asked-at: ${AT}`,
    'reconcile',
  ]);
});

test('how many nodes there were is on record before the first is cordoned, and stays', async () => {
  const cordon = { kind: 'cordon', node: drainable('a'), readyNodes: 3 } as const;
  expect(await doneBy(cordon)).toEqual([`drain: ${AT} 3`, 'cordon a']);
  expect(await doneBy(cordon, { [MARKS.drain]: `${AT} 5` })).toEqual(['cordon a']);
});

test('pods are asked to leave one after the other, and those that are refused are left alone for a while', async () => {
  const pods = ['1', '2', '3', '4'].map((name) => pod(`shop/${name}`, 'a'));
  const refused = { kind: 'refused', message: 'not now' } as const;
  const evictions = [refused, { kind: 'gone' }, { kind: 'leaving' }, refused] as const;
  expect(await doneBy({ kind: 'evict', pods }, {}, evictions)).toEqual([
    ...pods.map(({ key }) => `evict ${key}`),
    `evictions-refused: ${AT} shop/1,shop/4`,
  ]);
});

test('who is refused joins those that were refused a moment ago, so that no two groups take turns for ever', async () => {
  const evict = { kind: 'evict', pods: [pod('shop/2', 'a')] } as const;
  const refused = [{ kind: 'refused', message: 'not now' }] as const;
  const after = (seconds: number) =>
    doneBy(evict, { [MARKS.refused]: `${ago(seconds)} shop/1` }, refused).then((done) => done.at(-1));
  expect(await after(19)).toBe(`evictions-refused: ${AT} shop/1,shop/2`);
  expect(await after(20)).toBe(`evictions-refused: ${AT} shop/2`);
});

test('pods that nobody makes again are named in the history, all of them', () => {
  const bare = Array.from({ length: 7 }, (_, index) => pod(`shop/bare-${index}`, 'a', { comesBack: false }));
  const ended = pod('shop/ended', 'a', { comesBack: false, running: false });
  const line = describeNodeAction({ kind: 'evict', pods: [pod('shop/web', 'a'), ...bare, ended] });
  const names = bare.map(({ key }) => key).join(', ');
  expect(line).toMatch(new RegExp(`; without a controller, so not coming back: ${names}$`));
  expect(describeNodeAction({ kind: 'evict', pods: [pod('shop/web', 'a')] })).not.toContain('controller');
});

test('that there is no way back is on record before the first node is handed over', async () => {
  const nodes = [draining('a'), draining('b')];
  expect(await doneBy({ kind: 'hand over', nodes })).toEqual([
    `handed-over: ${AT} ${AT}`,
    `rollout-seen-at: ${AT}`,
    'hand over a',
    `handed-over: ${AT} ${AT}`,
    'hand over b',
  ]);
  const marks = { [MARKS.handedOver]: `${ago(90)} ${ago(30)}`, [MARKS.rolloutSeenAt]: ago(90) };
  expect(await doneBy({ kind: 'hand over', nodes: nodes.slice(0, 1) }, marks)).toEqual([
    `handed-over: ${ago(90)} ${AT}`,
    'hand over a',
  ]);
});

test('who gives up gives every node back before it is forgotten that there were any, and begins anew later', async () => {
  const marks = {
    [MARKS.drain]: `${AT} 3`,
    [MARKS.handedOver]: `${AT} ${AT}`,
    [MARKS.reconcileAskedAt]: AT,
    [MARKS.rolloutSeenAt]: AT,
  };
  const { run, done } = recordingRun(marks);
  const nodes = [draining('a'), draining('b')];
  const givingUp = actOnNodes({ kind: 'give up', nodes, verdict: VERDICT }, run);
  await expect(givingUp).rejects.toThrow(TerminalError);
  await expect(givingUp).rejects.toMatchObject({ reason: 'DrainTimedOut', message: 'why', remedy: 'what' });
  expect(done).toEqual(['uncordon a', 'uncordon b', 'reconcile-asked-at: ', 'handed-over: ', 'drain: ']);
  expect(run.migration.marks[MARKS.rolloutSeenAt]).toBe(AT);
});

test('a node that is given back alone ends no drain', async () => {
  const marks = { [MARKS.drain]: `${AT} 3` };
  const back = { kind: 'uncordon', nodes: [draining('a')], why: 'stuck' } as const;
  expect(await doneBy({ ...back, endsDrain: false }, marks)).toEqual(['uncordon a']);
  expect(await doneBy({ ...back, endsDrain: true }, marks)).toEqual(['uncordon a', 'drain: ']);
});
