import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { scaledClock } from '../../infra/local/clock.ts';
import { planReport, planText, shortPlan } from '../../infra/local/report/plan.ts';
import { beginning } from '../../infra/local/world/beginning.ts';
import { planHere } from '../../infra/local/world/plan.ts';
import { localShoot } from '../../infra/local/world/shoot-file.ts';
import { startSurroundings } from '../../infra/local/world/surroundings.ts';
import type { Wishes } from '../../shared/engine/nudge.ts';
import { exampleWorld, SHOOT } from './support.ts';

const START = fileURLToPath(new URL('../../infra/local/start.ts', import.meta.url));
const { signal } = new AbortController();
/** A review asks what one may do; nothing is stored. */
const READS = /^(get|list|watch) |^create selfsubjectaccessreviews\./;

interface Ended {
  readonly code: number;
  readonly stdout: string;
}

/** The command in a process of its own, as `npm start --` runs it. */
async function start(...args: readonly string[]): Promise<Ended> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [START, ...args], { timeout: 60_000 });
    return { code: 0, stdout };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'stdout' in error)) throw error;
    return { code: Number(error.code), stdout: String(error.stdout) };
  }
}

/** A plan in surroundings without functions, bus and store, which end with the test. */
async function planned(nodes: number, wishes: Partial<Wishes>) {
  const shoot = localShoot(undefined, nodes);
  const started = new AsyncDisposableStack();
  onTestFinished(async () => await started.disposeAsync());
  const clock = scaledClock(beginning(shoot.shoot.maintenanceWindow, 60));
  const surroundings = await startSurroundings(shoot, { nodes, clock, switches: {}, started });
  return { surroundings, plan: await planHere(surroundings, { shoot, clock, wishes, signal }) };
}

test('a plan changes nothing: no call of Compute Engine, no write to the cluster or the garden, nothing stored', {
  timeout: 60_000,
}, async () => {
  const nodes = 5;
  const world = await exampleWorld(nodes, { backend: 'embedded' });
  const shoot = localShoot(undefined, nodes);
  const plan = await planHere(world, { shoot, clock: world.clock, wishes: {}, signal });
  expect(plan).toMatchObject({ strategy: 'overlap', nodesAtOnce: 3, rolloverPossible: true });
  expect(plan.calls).toContainEqual({ call: 'routes.delete', count: nodes });

  const calls = world.compute.calls();
  expect(calls.total).toBeGreaterThan(0);
  expect(calls.mutating).toBe(0);
  for (const simulator of [world.cluster, world.garden]) {
    const requests = Object.keys(simulator.requests());
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.filter((request) => !READS.test(request))).toEqual([]);
  }
  for (const collection of ['migrations', 'shoots', 'refusals']) {
    expect(await world.backends.documents.list(collection)).toEqual([]);
  }
  expect(world.carriers).toMatchObject({ routesDeleted: 0, aliasesAdded: 0 });
});

test('a right that the functions lack is found by the plan, and so is one without which nothing can be read', {
  timeout: 60_000,
}, async () => {
  const world = await exampleWorld(3, { backend: 'embedded' });
  const shoot = localShoot(undefined, 3);
  const blocking = async () => {
    const { findings } = await planHere(world, { shoot, clock: world.clock, wishes: {}, signal });
    return findings.filter(({ severity }) => severity === 'block');
  };
  expect(await blocking()).toEqual([]);
  world.cluster.faults.forbid({ verb: 'list', resource: 'endpointslices.discovery.k8s.io' });
  world.garden.faults.forbid({ verb: 'patch', resource: 'shoots.core.gardener.cloud' });
  const rights = { check: 'rights-are-granted', reason: 'RightsMissing' };
  expect(await blocking()).toMatchObject([
    {
      ...rights,
      message: expect.stringMatching(/list endpointslices\.discovery\.k8s\.io in kube-system, patch shoots/),
    },
  ]);
  world.cluster.faults.forbid({ verb: 'list', resource: 'nodes' });
  expect(await blocking()).toMatchObject([
    { ...rights, message: expect.stringMatching(/list nodes in the whole cluster/) },
  ]);
});

test('the number of reads does not grow with the cluster', { timeout: 60_000 }, async () => {
  const totals = [];
  for (const nodes of [2, 40]) {
    const { surroundings } = await planned(nodes, {});
    totals.push(surroundings.compute.calls().total);
  }
  expect(totals[1]).toBe(totals[0]);
});

test('the command prints one line of JSON and ends with 0', { timeout: 60_000 }, async () => {
  const { code, stdout } = await start('--plan-only', '--json', '--nodes', '4', '--strategy', 'rollover');
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  expect(JSON.parse(stdout)).toMatchObject({
    result: 'Planned',
    shoot: SHOOT,
    nodes: 4,
    strategy: 'rollover',
    wish: 'rollover',
    why: expect.stringMatching(/asked for rollover/),
    steps: expect.arrayContaining(['preflight', 'migrate-routes']),
    expectedSeconds: expect.any(Number),
  });
});

test('a plan that blocks ends with 1 and says what to do', { timeout: 60_000 }, async () => {
  const { code, stdout } = await start('--plan-only', '--nodes', '2', '--strategy', 'cutover');
  expect(code).toBe(1);
  expect(stdout).toMatch(/✘ traffic-loss-is-acknowledged: cutover takes pod traffic from 2 nodes/);
  expect(stdout).toMatch(/Blocked: .*1 that blocks\. Nothing was changed\./);
});

test('people read all of it: checks, strategy and why, the others and why not, steps, calls, duration, expectations', {
  timeout: 60_000,
}, async () => {
  const { plan } = await planned(3, { strategy: 'cutover', acknowledgeTrafficLoss: true });
  const text = planText(planReport(plan, SHOOT, 3));
  const whole = [
    ...plan.findings.map(({ check, message }) => `${check}: ${message}`),
    ...plan.findings.flatMap(({ remedy }) => (remedy === undefined ? [] : [`→ ${remedy}`])),
    'Strategy: cutover',
    plan.why,
    ...plan.notTaken.map(({ strategy, why }) => `${strategy}: ${why}`),
    ...plan.steps.map((step, index) => `${index + 1}. ${step}`),
    ...plan.calls.map(({ call }) => call),
    `expected to take ${plan.expectedSeconds} s`,
    ...plan.expectations,
    'Ready: ',
  ];
  for (const part of whole) expect(text).toContain(part);
  const short = shortPlan(plan);
  expect(short[0]).toMatch(/^plan: cutover, \d+ checks, 1 warning, \d+ changing calls/);
  expect(short.length).toBeLessThan(6);
});
