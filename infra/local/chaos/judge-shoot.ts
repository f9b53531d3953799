import { isIPv4, isIPv6 } from 'node:net';
import type { Breach, BreachName } from './breaches.ts';
import type { MigrationObservation, ShootObservation } from './observations.ts';

/** All that is not as it must be with one shoot. */
export function judgeShoot(observation: ShootObservation): readonly Breach[] {
  const { order, migration } = observation;
  const breach = (name: BreachName, message: string): Breach => ({
    breach: name,
    shoot: `${order.key} (${order.strategy}, ${order.networkPlugin})`,
    message,
  });
  return [
    ...traffic(observation).map((message) => breach('TrafficLost', message)),
    ...twice(observation).map((message) => breach('RouteDeletedTwice', message)),
    ...observation.foreignRoutesGone.map((name) => breach('ForeignRouteGone', `${name} is gone`)),
    ...ending(observation).map((message) => breach('NotEnded', message)),
    ...(migration === undefined ? [] : ofMigration(observation, migration, breach)),
  ];
}

type MakeBreach = (name: BreachName, message: string) => Breach;

function ofMigration(
  observation: ShootObservation,
  migration: MigrationObservation,
  breach: MakeBreach,
): Breach[] {
  const { constraints, timesStarted, status } = migration;
  const found: Breach[] = [];
  if (timesStarted !== 1) found.push(breach('StartedTwice', `it was started ${timesStarted} times`));
  const ended = status.kind === 'succeeded' || status.kind === 'aborted';
  if (ended && constraints.length > 0) {
    found.push(breach('ConstraintsLeft', constraints.map(({ type }) => type).join(', ')));
  }
  if (status.kind === 'succeeded') found.push(...dualStack(observation, breach));
  if (status.kind === 'aborted') found.push(...ledBack(observation, breach));
  return found;
}

/** Packets follow a change after some seconds, so a node may be unreached so long beyond the gap. */
const PROPAGATION_MS = 10_000;

function traffic({ order, gaps, cutoverGap, unreachedNodes }: ShootObservation): string[] {
  const acknowledged = order.strategy === 'cutover' ? cutoverGap : undefined;
  const outside = gaps.filter(
    ({ from, to }) =>
      acknowledged === undefined || from < acknowledged.from || to > acknowledged.to + PROPAGATION_MS,
  );
  return [
    ...outside.map(({ node, from, to, why }) => {
      const seconds = ((to - from) / 1000).toFixed(1);
      return `${node} was not reached for ${seconds} s from ${new Date(from).toISOString()}: ${why}`;
    }),
    ...unreachedNodes.map((node) => `${node} is not reached at the end`),
  ];
}

function twice({ deletions, podRoutesBefore }: ShootObservation): string[] {
  return podRoutesBefore.flatMap((name) => {
    const times = deletions.get(name) ?? 0;
    return times > 1 ? [`${name} was deleted ${times} times`] : [];
  });
}

function ending({ order, migration }: ShootObservation): string[] {
  if (migration === undefined) return ['its change was never taken in'];
  const { status, position, abortRefused } = migration;
  if (status.kind === 'aborted' && order.abort) return [];
  if (status.kind === 'succeeded' && (!order.abort || abortRefused)) return [];
  const why = 'message' in status ? `: ${status.message}` : '';
  return [`it is ${status.kind} at ${position}${why}`];
}

function dualStack(observation: ShootObservation, breach: MakeBreach): Breach[] {
  const { podRoutes, podRoutesBefore, deletions, kubeDns, nodesSubnet, corednsRestarts } = observation;
  const found = podRoutes.map((name) => breach('RoutesLeft', `${name} is still there`));
  const gone = podRoutesBefore.filter((name) => (deletions.get(name) ?? 0) >= 1).length;
  if (gone < podRoutesBefore.length - podRoutes.length) {
    found.push(breach('RoutesLeft', `only ${gone} of ${podRoutesBefore.length} routes were seen to go`));
  }
  const families = kubeDns.now.map(familyOf).join();
  if (kubeDns.now[0] !== kubeDns.before[0] || families !== 'IPv4,IPv6') {
    found.push(breach('KubeDns', `it had ${kubeDns.before.join()}, it has ${kubeDns.now.join()}`));
  }
  if (!nodesSubnet.dualStack || nodesSubnet.routesOverlapAllowed) {
    found.push(breach('SubnetNotDualStack', JSON.stringify(nodesSubnet)));
  }
  if (corednsRestarts !== 1)
    found.push(breach('CoreDnsRestarts', `it was restarted ${corednsRestarts} times`));
  return found;
}

function ledBack(observation: ShootObservation, breach: MakeBreach): Breach[] {
  const { podRoutes, liveNodes, nodesSubnet, kubeDns } = observation;
  const found: Breach[] = [];
  if (podRoutes.length !== liveNodes) {
    found.push(breach('NotLedBack', `${liveNodes} nodes have ${podRoutes.length} pod routes`));
  }
  if (nodesSubnet.dualStack || nodesSubnet.routesOverlapAllowed) {
    found.push(breach('NotLedBack', JSON.stringify(nodesSubnet)));
  }
  if (kubeDns.now.join() !== kubeDns.before.join()) {
    found.push(breach('KubeDns', `it had ${kubeDns.before.join()}, it has ${kubeDns.now.join()}`));
  }
  return found;
}

function familyOf(address: string): string {
  if (isIPv4(address)) return 'IPv4';
  return isIPv6(address) ? 'IPv6' : address;
}
