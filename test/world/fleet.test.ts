import { expect, onTestFinished, test } from 'vitest';
import type { Course } from '../../infra/local/fleet/course.ts';
import { eachInItsWindow } from '../../infra/local/fleet/course.ts';
import { type FleetOptions, startFleet } from '../../infra/local/fleet/fleet.ts';
import { fleetReport } from '../../infra/local/fleet/report.ts';
import { runFleet } from '../../infra/local/fleet/run.ts';
import { shootManifest, shootOrder } from '../../infra/local/fleet/shoot-order.ts';
import type { Step } from '../../shared/engine/step.ts';
import { isOpen } from '../../shared/migration/maintenance-window.ts';
import { parseShoot } from '../../shared/migration/shoot.ts';

const NOBODY = { signal: new AbortController().signal, look: () => undefined };
const COST = { wallSeconds: 1, cpuSeconds: 1, peakMemoryMiB: 1 };

function fleetOf(options: Partial<FleetOptions> = {}) {
  const fleet = startFleet({ shoots: 4, nodes: 2, seed: 1, ...options });
  onTestFinished(() => fleet.stop());
  return fleet;
}

async function report(options: Partial<FleetOptions> = {}, course: Course = eachInItsWindow(1)) {
  const fleet = fleetOf(options);
  const startedAt = fleet.clock.now();
  const ending = await runFleet(fleet, course, NOBODY);
  return { fleet, report: fleetReport(fleet, { nodes: 2, ending, startedAt }, COST) };
}

test('every shoot of a fleet becomes dual-stack in its own maintenance window, and loses no packet', async () => {
  const { fleet, report: told } = await report({ shoots: 6 });
  expect(told).toMatchObject({
    result: 'Succeeded',
    ending: 'over',
    standings: { succeeded: 6, 'under way': 0, blocked: 0, 'not begun': 0 },
    lostNodeSeconds: { overlap: 0 },
    nodesLeftUnreached: 0,
  });
  const begun = [...fleet.census.migrations()].map(({ steps, maintenanceWindow }) => ({
    window: maintenanceWindow,
    at: Date.parse(steps.find(({ name }) => name === 'enable-ipv6-subnets')?.startedAt ?? ''),
  }));
  expect(begun.filter(({ window, at }) => window !== undefined && isOpen(window, at))).toHaveLength(6);
  expect(new Set(begun.map(({ window }) => window?.begin)).size).toBe(6);
});

test('a shoot that is dual-stack has no world any more, but the verdict on its traffic', async () => {
  const { fleet } = await report({ shoots: 2 });
  expect(fleet.shoots.present).toBe(0);
  const [first] = fleet.orders;
  expect(fleet.shoots.trafficOf(first?.key ?? '')).toEqual({ lostNodeSeconds: 0, unreached: 0 });
  await expect(fleet.shoots.of(first?.key ?? '')).rejects.toThrow('is dual-stack');
});

test('the same seed leads to the same history, another one to another', async () => {
  const { report: once } = await report({ shoots: 3 });
  const { report: again } = await report({ shoots: 3 });
  const { report: other } = await report({ shoots: 3, seed: 2 }, eachInItsWindow(2));
  expect(again).toEqual(once);
  expect(other.simulatedSeconds).not.toBe(once.simulatedSeconds);
});

test('a shoot that is blocked is named with its reason, keeps its world, and spoils the result', async () => {
  const refusing: Step = {
    name: 'preflight',
    round: async () => ({ kind: 'blocked', reason: 'Because', message: 'No.', remedy: 'None.' }),
  };
  const { fleet, report: told } = await report({ shoots: 2, steps: new Map([['preflight', refusing]]) });
  expect(told).toMatchObject({
    result: 'Incomplete',
    standings: { blocked: 2 },
    blocked: [{ step: 'preflight', reason: 'Because', message: 'No.' }, {}],
  });
  expect(fleet.census.count('blocked')).toBe(2);
});

test('a course that fails ends the run with its error', async () => {
  const failing: Course = { lead: () => Promise.reject(new Error('lost its way')) };
  await expect(runFleet(fleetOf(), failing, NOBODY)).rejects.toThrow('lost its way');
});

test('a course says itself when all is over, and is told to stop', async () => {
  let told: unknown;
  const brief: Course = {
    lead: async (fleet, signal) => {
      await fleet.clock.sleep(1e12, signal).catch((error: unknown) => {
        told = error;
        throw error;
      });
    },
    isOver: ({ clock, orders }) => clock.now() > (orders.length > 0 ? BEGINNING + 60_000 : 0),
  };
  const { report: ended } = await report({}, brief);
  expect(ended).toMatchObject({ ending: 'over', standings: { 'not begun': 4 } });
  expect(told).toBeInstanceOf(Error);
});

const BEGINNING = Date.parse('2026-03-02T19:30:00Z');

test('a fleet in which nothing changes any more is given up after the next day’s windows', async () => {
  const idle: Course = { lead: () => Promise.resolve() };
  const { report: ended } = await report({ shoots: 1 }, idle);
  expect(ended).toMatchObject({ ending: 'stands still', result: 'Incomplete' });
  expect(ended.simulatedSeconds).toBeGreaterThan(26 * 3_600);
});

test('an interrupted run says so', async () => {
  const interrupted = { signal: AbortSignal.abort(), look: () => undefined };
  expect(await runFleet(fleetOf(), eachInItsWindow(1), interrupted)).toBe('interrupted');
});

test('projects and seeds have several shoots, and each of them shoots of several windows', () => {
  const orders = Array.from({ length: 200 }, (_, index) => shootOrder(index, { shoots: 200, nodes: 3 }));
  const shoots = orders.map((order) => parseShoot(shootManifest(order)));
  expect(new Set(shoots.map(({ uid }) => uid)).size).toBe(200);
  expect(new Set(shoots.map(({ technicalId }) => technicalId)).size).toBe(200);
  for (const by of ['project', 'seedName'] as const) {
    const groups = Map.groupBy(orders, (order) => order[by]);
    expect(groups.size).toBeGreaterThan(1);
    for (const members of groups.values()) {
      expect(members.length).toBeGreaterThan(1);
      expect(new Set(members.map(({ windowOpens }) => windowOpens)).size).toBeGreaterThan(1);
    }
  }
});
