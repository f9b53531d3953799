import { describe, expect, test } from 'vitest';
import { deployments, pods, services, shoots } from '../../../infra/local/cluster/index.ts';
import { NODE_LOCAL_ADDRESS, nodeLocalDns } from '../../../infra/local/example/node-local-dns.ts';
import { exampleCluster } from '../../../infra/local/example/nodes.ts';
import type { InProcessWorld, PortCall } from '../../../infra/local/in-process/index.ts';
import { kubeDnsClusterIps, restartCoreDnsAsGardener, switchKubeDnsByHand } from './gardener.ts';
import { NODES, type PartlyMigrated, takenUpTo } from './world.ts';

const PATIENCE = { timeout: 120_000 };
const IPV4 = '100.64.0.10';
const KUBE_DNS = { namespace: 'kube-system', name: 'kube-dns' };
const COREDNS = { namespace: 'kube-system', name: 'coredns' };

/** Does something right before the first such call. */
function beforeFirst(world: InProcessWorld, method: string, action: (call: PortCall) => void): void {
  let done = false;
  world.onCall((call) => {
    if (!done && call.method === method) {
      done = true;
      action(call);
    }
    return undefined;
  });
}

/** The IPv6 range that Gardener gave to the API server. */
function servicesIpv6({ garden }: InProcessWorld): string {
  const [shoot] = garden.api.list(shoots).items;
  return String(Object(shoot?.status).networking.services[1]);
}

function pinnedAddress(world: InProcessWorld): string {
  return servicesIpv6(world).replace(/\/\d+$/, 'a');
}

/** Goes on after a human has done what the block asked for. */
async function publishAgain({ world }: PartlyMigrated, step: string) {
  await world.publish(step, { shoot: world.migration?.shoot.key });
  await world.runUntil((migration) => migration?.status.kind !== 'blocked');
  return await world.runUntil('ended');
}

describe('a restart of CoreDNS by Gardener', () => {
  test('that is under way when its turn comes is waited for, and is the only one', PATIENCE, async () => {
    const { world, migrate, changes } = await takenUpTo('restart-coredns');
    beforeFirst(world, 'coreDns.state', () => restartCoreDnsAsGardener(world));
    expect((await migrate()).status.kind).toBe('succeeded');
    expect(changes().cluster).toEqual({ 'patch services': 1 });
  });

  test('in the middle of ours, or after it, is no reason for another one of ours', PATIENCE, async () => {
    const { world, migrate, changes } = await takenUpTo('restart-coredns');
    let ours = false;
    let again = false;
    world.onCall(({ method }) => {
      // While our pods come up, and once more when the next step looks at them.
      if (ours && !again && method === 'coreDns.state') {
        again = true;
        restartCoreDnsAsGardener(world);
      }
      ours ||= method === 'coreDns.restart';
      return undefined;
    });
    beforeFirst(world, 'kubeDns.state', () => restartCoreDnsAsGardener(world));
    expect((await migrate()).status.kind).toBe('succeeded');
    expect(again).toBe(true);
    expect(changes().cluster).toEqual({ 'patch deployments.apps': 1, 'patch services': 1 });
  });
});

test(
  'a switch that Gardener takes back is told, made once more later, and done only when it stays',
  PATIENCE,
  async () => {
    const { world, migrate, changes } = await takenUpTo('switch-kube-dns');
    const body = { spec: { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'], clusterIPs: [IPV4] } };
    let takenBack = false;
    world.onCall(({ method }) => {
      // gardener-resource-manager, within a minute of the switch.
      if (method === 'kubeDns.makeDualStack' && !takenBack) {
        takenBack = true;
        world.after(40, () => world.cluster.api.patch(services, KUBE_DNS, { kind: 'merge', body }));
      }
      return undefined;
    });
    const migration = await migrate();
    expect(migration.status.kind).toBe('succeeded');
    const reasons = (await world.migrations.history(migration.id)).map(({ reason }) => reason);
    expect(reasons).toContain('KubeDnsSwitchedBack');
    expect(kubeDnsClusterIps(world)).toEqual([IPV4, pinnedAddress(world)]);
    expect(changes().cluster).toEqual({ 'patch services': 2 });
  },
);

test(
  'replicas that an autoscaler adds and takes away in the middle neither repeat the restart nor end it early',
  PATIENCE,
  async () => {
    const { world, migrate, changes } = await takenUpTo('restart-coredns');
    const scale = (replicas: number) =>
      world.cluster.api.patch(deployments, COREDNS, { kind: 'merge', body: { spec: { replicas } } });
    beforeFirst(world, 'coreDns.restart', () => {
      world.after(2, () => scale(5));
      world.after(20, () => scale(3));
    });
    expect((await migrate()).status.kind).toBe('succeeded');
    expect(changes().cluster).toEqual({ 'patch deployments.apps': 1, 'patch services': 1 });
    const left = world.cluster.api.list(pods, { labelSelector: 'k8s-app=kube-dns' }).items;
    for (const { status } of left) expect(status?.podIPs).toHaveLength(2);
  },
);

test(
  'a Deployment that is paused blocks before it is touched, and goes on once it is resumed',
  PATIENCE,
  async () => {
    const partly = await takenUpTo('restart-coredns');
    const { world, migrate, changes } = partly;
    const pause = (paused: boolean) =>
      world.cluster.api.patch(deployments, COREDNS, { kind: 'merge', body: { spec: { paused } } });
    pause(true);
    expect((await migrate()).status).toMatchObject({ kind: 'blocked', reason: 'CoreDnsPaused' });
    expect(changes()).toEqual({ compute: {}, cluster: {}, garden: {} });
    pause(false);
    expect((await publishAgain(partly, 'restart-coredns')).status.kind).toBe('succeeded');
    expect(changes().cluster).toEqual({ 'patch deployments.apps': 1, 'patch services': 1 });
  },
);

describe('a kube-dns that somebody has switched', () => {
  test('before CoreDNS was ready stays as it is, and CoreDNS is restarted', PATIENCE, async () => {
    const { world, migrate, changes } = await takenUpTo('restart-coredns');
    const pinned = pinnedAddress(world);
    switchKubeDnsByHand(world, pinned);
    expect((await migrate()).status.kind).toBe('succeeded');
    expect(changes().cluster).toEqual({ 'patch deployments.apps': 1 });
    expect(kubeDnsClusterIps(world)).toEqual([IPV4, pinned]);
  });

  test(
    'to an address that Gardener does not pin stays as it is, and the outcome says what follows',
    PATIENCE,
    async () => {
      const { world, migrate, changes, outcomeOf } = await takenUpTo('switch-kube-dns');
      const pinned = pinnedAddress(world);
      const other = pinned.replace(/a$/, 'b');
      switchKubeDnsByHand(world, other);
      expect((await migrate()).status.kind).toBe('succeeded');
      expect(changes()).toEqual({ compute: {}, cluster: {}, garden: {} });
      expect(kubeDnsClusterIps(world)).toEqual([IPV4, other]);
      expect(await outcomeOf('switch-kube-dns')).toContain(`Gardener pins ${pinned}, not ${other}`);
    },
  );
});

test(
  'a pinned address that a Service of the owner’s has is left to it; kube-dns gets another one, and the outcome says so',
  PATIENCE,
  async () => {
    const { world, migrate, outcomeOf } = await takenUpTo('switch-kube-dns');
    const pinned = pinnedAddress(world);
    world.cluster.api.create(services, 'shop', {
      metadata: { name: 'squatter' },
      spec: { clusterIP: pinned, ipFamilies: ['IPv6'], ports: [{ port: 80 }] },
    });
    expect((await migrate()).status.kind).toBe('succeeded');
    const [ipv4, ipv6] = kubeDnsClusterIps(world);
    expect(ipv4).toBe(IPV4);
    expect(ipv6).not.toBe(pinned);
    expect(await outcomeOf('switch-kube-dns')).toContain(`Gardener pins ${pinned}, not ${ipv6}`);
  },
);

test(
  'an API server of another IPv6 range blocks the switch and gets no random address; once they agree it goes on',
  PATIENCE,
  async () => {
    const partly = await takenUpTo('switch-kube-dns');
    const { world, migrate } = partly;
    const pinned = pinnedAddress(world);
    const range = servicesIpv6(world);
    const { services: servicesIpv4 } = world.shoot.shoot;
    await world.clock.until(world.cluster.setServiceClusterIpRanges([servicesIpv4, 'fd00:10:64::/108']));
    expect((await migrate()).status).toMatchObject({
      kind: 'blocked',
      reason: 'PinnedAddressOutsideRange',
      message: expect.stringContaining(`${pinned}, the tenth address of ${range} (from the Shoot’s status`),
      remedy: expect.stringContaining('kubectl get servicecidrs'),
    });
    expect(kubeDnsClusterIps(world)).toEqual([IPV4]);
    await world.clock.until(world.cluster.setServiceClusterIpRanges([servicesIpv4, range]));
    expect((await publishAgain(partly, 'switch-kube-dns')).status.kind).toBe('succeeded');
    expect(kubeDnsClusterIps(world)).toEqual([IPV4, pinned]);
  },
);

test('node-local-dns is left alone, and the outcome says what it serves and what not', PATIENCE, async () => {
  const extra = nodeLocalDns(exampleCluster({ nodes: NODES }), 'iptables');
  const { migrate, changes, outcomeOf } = await takenUpTo('switch-kube-dns', {
    adaptCluster: (objects) => [...objects, ...extra],
  });
  expect((await migrate()).status.kind).toBe('succeeded');
  expect(changes().cluster).toEqual({ 'patch services': 1 });
  expect(await outcomeOf('switch-kube-dns')).toContain(
    `node-local-dns goes on answering at ${NODE_LOCAL_ADDRESS} and ${IPV4} and is not changed`,
  );
});
