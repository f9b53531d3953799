import { CoreV1Api, RbacAuthorizationV1Api } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../../infra/local/actors/bind/http/client.ts';
import { ApiConnection } from '../../infra/local/actors/bind/http/connection.ts';
import { systemClock } from '../../shared/clock.ts';
import { gardenShoot, kubernetesCluster, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import {
  inWords,
  type MissingRights,
  permissionsAt,
  permissionsInShoot,
} from '../../shared/kubernetes/permission.ts';
import type { ShootPart } from '../../shared/kubernetes/rights.ts';
import type { ControlPlane } from './control-plane/index.ts';
import { startControlPlane } from './control-plane/index.ts';
import { described, type Right } from './rbac/rights.ts';
import { describeOnCluster } from './support.ts';
import { type Access, grantAccess } from './world/access.ts';

const PARTS: readonly ShootPart[] = ['base', 'probe', 'calico', 'cilium', 'drain'];
const MANAGER = { namespace: 'kube-system', name: 'cloud-controller-manager' };
const SHOOT = { namespace: 'default', name: 'api' };
/** An API server takes up a changed role within a moment, a busy machine later. */
const SOON = { timeout: 60_000, interval: 50 };

const BASE_IN_KUBE_SYSTEM = 'shoot-dualstack:kube-system';
const listsPods = ({ resource, verb }: Right) => resource === 'pods' && verb === 'list';
/** `drain` lists the pods of all namespaces. */
const isGivenTwice = (right: Right) => listsPods(right) && right.role === BASE_IN_KUBE_SYSTEM;
const without = (rights: readonly Right[], one: Right) => rights.filter((right) => right !== one);

describeOnCluster('the rights that a real API server says are missing', () => {
  let controlPlane: ControlPlane;
  let access: Access;
  let connection: ApiConnection;
  beforeAll(async () => {
    controlPlane = await startControlPlane({ serviceClusterIpRanges: ['100.64.0.0/13'] });
    connection = new ApiConnection(parseKubeconfig(controlPlane.kubeconfig));
    access = await grantAccess(controlPlane, new ApiClient(connection), PARTS, SHOOT);
  });
  afterAll(async () => {
    await connection?.close();
    await controlPlane?.stop();
  });

  const asAdmin = () => parseKubeconfig(controlPlane.kubeconfig);

  /** Asked by the ports as whoever comes with these kubeconfigs. */
  async function asked(as: Pick<Access, 'shoot' | 'controlPlane' | 'garden'>): Promise<MissingRights> {
    const clock = systemClock;
    const cluster = kubernetesCluster({
      kubeconfig: parseKubeconfig(as.shoot),
      clock,
      cloudControllerManager: { ...MANAGER, kubeconfig: parseKubeconfig(as.controlPlane) },
    });
    const garden = gardenShoot({ kubeconfig: parseKubeconfig(as.garden), clock, ...SHOOT });
    const [inCluster, inGarden] = await Promise.all([cluster.missingRights(PARTS), garden.missingRights()]);
    return {
      missing: [...inCluster.missing, ...inGarden.missing],
      unknown: [...inCluster.unknown, ...inGarden.unknown],
    };
  }

  async function missingNow(): Promise<readonly string[]> {
    const { missing, unknown } = await asked(access);
    expect(unknown).toEqual([]);
    return missing.map((permission) => inWords([permission]).join());
  }

  /** Writes the role anew with these rights, a rule each. */
  async function giveRole(name: string, rights: readonly Right[]): Promise<void> {
    const rules = rights.map((right) => ({
      apiGroups: [right.group],
      resources: [right.resource],
      ...(right.name !== undefined && { resourceNames: [right.name] }),
      verbs: [right.verb],
    }));
    await asAdmin()
      .makeApiClient(RbacAuthorizationV1Api)
      .replaceClusterRole({ name, body: { metadata: { name }, rules } });
  }

  /** The right as the port words it, which asks about the one Shoot where the role is for all of a namespace. */
  function worded({ namespace, group, resource, name, verb }: Right): string {
    const asksAbout = resource === 'shoots' ? SHOOT.name : name;
    return inWords([{ part: 'base', namespace, group, resource, name: asksAbout, verb }]).join();
  }

  test('are none for accounts bound to all of infra/kubernetes', async () => {
    await expect.poll(missingNow, SOON).toEqual([]);
  });

  test('is, with any one verb on one object taken out, exactly that one', { timeout: 480_000 }, async () => {
    await expect.poll(missingNow, SOON).toEqual([]);
    const ofRole = Map.groupBy(access.rights, ({ role }) => role);
    let taken = 0;
    for (const [role, rights] of ofRole) {
      for (const right of rights.filter((each) => !isGivenTwice(each))) {
        await giveRole(role, without(rights, right));
        await expect.poll(missingNow, { ...SOON, message: described(right) }).toEqual([worded(right)]);
        taken += 1;
      }
      await giveRole(role, rights);
      await expect.poll(missingNow, SOON).toEqual([]);
    }
    expect(taken).toBe(access.rights.length - 1);
  });

  test('that two roles give is missing where both lack it', async () => {
    const ofDrain = access.rights.filter(({ role }) => role === 'shoot-dualstack:drain');
    const ofBase = access.rights.filter(({ role }) => role === BASE_IN_KUBE_SYSTEM);
    const [everywhere] = ofDrain.filter(listsPods);
    const [inKubeSystem] = ofBase.filter(isGivenTwice);
    if (everywhere === undefined || inKubeSystem === undefined) throw new Error('both list pods');
    await giveRole('shoot-dualstack:drain', without(ofDrain, everywhere));
    await expect.poll(missingNow, SOON).toEqual([worded(everywhere)]);
    await giveRole(BASE_IN_KUBE_SYSTEM, without(ofBase, inKubeSystem));
    await expect.poll(missingNow, SOON).toEqual([worded(inKubeSystem), worded(everywhere)]);
    await giveRole('shoot-dualstack:drain', ofDrain);
    await expect.poll(missingNow, SOON).toEqual([]);
    await giveRole(BASE_IN_KUBE_SYSTEM, ofBase);
  });

  test('are all of them for an account that nobody gave any', async () => {
    const account = { namespace: 'default', name: 'nobody' };
    await asAdmin()
      .makeApiClient(CoreV1Api)
      .createNamespacedServiceAccount({ namespace: account.namespace, body: { metadata: account } });
    const nobody = await controlPlane.kubeconfigOf(account);
    const { missing, unknown } = await asked({ shoot: nobody, controlPlane: nobody, garden: nobody });
    expect(unknown).toEqual([]);
    expect(missing).toEqual([
      ...PARTS.flatMap(permissionsInShoot),
      ...permissionsAt('control-plane', MANAGER),
      ...permissionsAt('garden', SHOOT),
    ]);
  });
});
