import { describe, expect, test } from 'vitest';
import { createCluster, inProcessConnection } from '../../infra/local/cluster/index.ts';
import type { Ports } from '../../shared/engine/ports.ts';
import type { RoundResult, StepRun } from '../../shared/engine/step.ts';
import { gardenShoot, parseKubeconfig, type Transport } from '../../shared/kubernetes/client/index.ts';
import { ClusterRefused, ClusterUnavailable } from '../../shared/kubernetes/errors.ts';
import type { Garden } from '../../shared/kubernetes/garden.ts';
import { type Migration, withStepRecord } from '../../shared/migration/migration.ts';
import { STEPS } from '../../shared/steps/index.ts';
import { unlessStopped } from '../../shared/steps/stops/index.ts';
import { migrationWith, NOW, portWith, silent } from '../steps/fixtures.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const STOPPED = {
  metadata: { annotations: { 'shoot.gardener.cloud/emergency-stop-reconciliations': 'true' } },
};
const IGNORED = { metadata: { annotations: { 'shoot.gardener.cloud/ignore': 'true' } } };
const FREE = { metadata: {} };
const ON_SEED = { metadata: {}, spec: { seedName: 'eu-1' } };
const ACTED: RoundResult = { kind: 'acted', description: 'did something' };

function runOf(garden: Partial<Garden>, migration: Migration = migrationWith()) {
  let now = NOW;
  const run: StepRun = {
    migration,
    ports: portWith<Ports>({ garden: portWith<Garden>(garden) }),
    clock: { now: () => now, sleep: async () => undefined },
    log: silent,
    cause: 'operator',
    signal: new AbortController().signal,
    remember: async () => undefined,
    replan: async () => undefined,
    report: async () => undefined,
    podRoutes: async () => new Map(),
    savePodRoutes: async () => undefined,
  };
  let rounds = 0;
  const step = unlessStopped({
    name: 'migrate-routes',
    round: async () => {
      rounds += 1;
      return ACTED;
    },
  });
  return {
    round: () => step.round(run),
    rounds: () => rounds,
    pass: (seconds: number) => (now += seconds * 1_000),
  };
}

test('a step of a stopped shoot does nothing, also for an operator, and waits patiently for who stopped it', async () => {
  const { round, rounds } = runOf({ shoot: async () => IGNORED });
  expect(await round()).toMatchObject({
    kind: 'waiting',
    reason: 'ShootIgnored',
    patient: true,
    nothingDone: true,
  });
  expect(rounds()).toBe(0);
});

test('in the middle of a run it stops within a minute, and does not say that nothing was done', async () => {
  let shoot: object = FREE;
  const { round, rounds, pass } = runOf({ shoot: async () => shoot });
  expect(await round()).toEqual(ACTED);
  shoot = STOPPED;
  pass(59);
  expect(await round()).toEqual(ACTED);
  pass(1);
  const stopped = await round();
  expect(stopped).toMatchObject({ kind: 'waiting', reason: 'EmergencyStop' });
  expect(stopped).not.toHaveProperty('nothingDone');
  expect(rounds()).toBe(2);
  shoot = FREE;
  expect(await round()).toEqual(ACTED);
});

test('while traffic depends on the next act nobody is asked', async () => {
  const midway = withStepRecord(migrationWith(), 'preflight', (record) => ({ ...record, midway: true }));
  const { round } = runOf({}, midway);
  expect(await round()).toEqual(ACTED);
});

describe('the seed of the shoot', () => {
  test('is asked for its emergency stop', async () => {
    const asked: string[] = [];
    const seed = async (name: string) => {
      asked.push(name);
      return { ...STOPPED, metadata: { ...STOPPED.metadata, name } };
    };
    const { round } = runOf({ shoot: async () => ON_SEED, seed });
    expect(await round()).toMatchObject({ reason: 'EmergencyStop', message: /seed eu-1/ });
    expect(asked).toEqual(['eu-1']);
  });

  test('that is gone stops nothing', async () => {
    const { round } = runOf({ shoot: async () => ON_SEED, seed: async () => undefined });
    expect(await round()).toEqual(ACTED);
  });

  test('that may not be read keeps everything as it is, and the wait says what is missing', async () => {
    const seed = () => Promise.reject(new ClusterRefused('get Seed eu-1', 'Forbidden', 'no'));
    const { round, rounds } = runOf({ shoot: async () => ON_SEED, seed });
    expect(await round()).toMatchObject({
      reason: 'SeedNotReadable',
      message: /seeds\.core\.gardener\.cloud/,
    });
    expect(rounds()).toBe(0);
  });
});

test('while the garden gives no answer nothing is begun', async () => {
  const { round, rounds } = runOf({
    shoot: () => Promise.reject(new ClusterUnavailable('get Shoot', 'away')),
  });
  await expect(round()).rejects.toThrow(ClusterUnavailable);
  expect(rounds()).toBe(0);
});

test('every step heeds a stop but the preflight, which changes nothing', async () => {
  const run = {
    migration: migrationWith(),
    ports: { garden: portWith<Garden>({ shoot: async () => IGNORED }) },
  };
  for (const step of STEPS.values()) {
    if (step.name === 'preflight') continue;
    const nothing = { clock: { now: () => NOW }, podRoutes: async () => new Map() };
    const stepRun = { ...run, ...nothing } as unknown as StepRun;
    expect(await step.round(stepRun), step.name).toMatchObject({ kind: 'waiting', reason: 'ShootIgnored' });
  }
  expect(STEPS.size).toBe(8);
});

test('a seed is read from the garden by its name, and one that is not there is undefined', async () => {
  const clock = virtualClock();
  const cluster = createCluster({ clock, objects: [], serviceClusterIpRanges: ['10.0.0.0/16'] });
  const { kubeconfig, transport } = inProcessConnection(cluster);
  const seen: string[] = [];
  const withSeed: Transport = async (request) => {
    seen.push(request.url.pathname);
    if (!request.url.pathname.endsWith('/seeds/eu-1')) return await transport(request);
    const body = JSON.stringify({ metadata: { name: 'eu-1' } });
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  };
  const place = { namespace: 'garden-core', name: 'api' };
  const garden = gardenShoot({
    kubeconfig: parseKubeconfig(kubeconfig),
    transport: withSeed,
    clock,
    ...place,
  });
  expect(await clock.until(garden.seed('eu-1'))).toEqual({ metadata: { name: 'eu-1' } });
  expect(await clock.until(garden.seed('none'))).toBeUndefined();
  expect(seen[0]).toBe('/apis/core.gardener.cloud/v1beta1/seeds/eu-1');
});
