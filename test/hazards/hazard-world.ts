import { onTestFinished } from 'vitest';
import {
  createInProcessWorld,
  type InProcessOptions,
  type InProcessWorld,
  type PortCall,
} from '../../infra/local/in-process/index.ts';
import type { Migration } from '../../shared/migration/migration.ts';

/** A whole world in this process, with the real adapters over the simulators. Stopped when the test ends. */
export async function hazardWorld(options: InProcessOptions = {}): Promise<InProcessWorld> {
  const world = await createInProcessWorld({ nodes: 6, ...options });
  onTestFinished(() => world.stop());
  return world;
}

/** Runs from the change of the shoot to the migration's end, or to its block. */
export async function migrated(world: InProcessWorld): Promise<Migration> {
  await world.changeShoot();
  return await world.runUntil('ended');
}

/** Runs on until `migrate-routes` is done, or blocked. */
export async function routesMigrated(world: InProcessWorld): Promise<Migration> {
  await world.changeShoot();
  return await world.runUntil(
    (migration) => migration?.position === 'check-nodes' || migration?.status.kind === 'blocked',
  );
}

/** Calls of this method on the Compute port made by `migrate-routes`. */
export function routeCall(method: string): (call: PortCall) => boolean {
  return (call) => call.port === 'compute' && call.step === 'migrate-routes' && call.method === method;
}

/** Names of the nodes whose pods are not reached now. */
export function unreachedNow({ compute, example }: InProcessWorld): string[] {
  return example.nodes
    .filter(({ name, podCidr }) => !compute.dataPlane.reaches(name, podCidr).arrives)
    .map(({ name }) => name);
}

/** How things stand on Compute Engine, apart from what the API makes new at each change. */
export async function cloudState({ compute, example, clock }: InProcessWorld): Promise<object> {
  const { technicalId, region } = example;
  const nodes = await clock.until(compute.actors.getSubnetwork(region, `${technicalId}-nodes`));
  const instances = await clock.until(compute.actors.listInstances());
  const routes = await clock.until(compute.actors.listRoutes());
  return {
    nodesSubnet: {
      stackType: nodes.stackType,
      flag: nodes.allowSubnetCidrRoutesOverlap ?? false,
      ranges: nodes.secondaryIpRanges ?? [],
    },
    aliases: [...instances]
      .map(({ name, networkInterfaces }) => [name, networkInterfaces[0]?.aliasIpRanges ?? []])
      .sort(),
    routes: [...routes]
      .filter(({ description }) => description === 'k8s-node-route')
      .map(({ name, destRange, nextHopInstance, priority }) => ({
        name,
        destRange,
        nextHopInstance,
        priority,
      }))
      .sort((a, b) => a.name.localeCompare(b.name)),
  };
}
