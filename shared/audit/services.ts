import { familiesOf } from './addresses.ts';
import type { Facts } from './facts.ts';
import type { Service } from './objects/services.ts';
import type { Container, Pod } from './objects/workloads.ts';
import type { ObjectName } from './report/schema.ts';
import { hasStarted } from './workloads.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';

/** Families that a Service has addresses, or endpoints, of. */
export function familiesOfService({ spec }: Service): ReadonlySet<string> {
  if (spec.ipFamilies.length > 0) return new Set(spec.ipFamilies);
  return familiesOf(spec.clusterIPs.length > 0 ? spec.clusterIPs : [spec.clusterIP ?? '']);
}

export function isIpv4OnlyService(service: Service): boolean {
  const families = familiesOfService(service);
  return families.has('IPv4') && !families.has('IPv6');
}

export function isDualStackService(service: Service): boolean {
  const families = familiesOfService(service);
  return families.has('IPv4') && families.has('IPv6');
}

/** The API server's own: it writes it back, with the one family that it advertises itself in. */
export function isApiServer({ metadata }: Service): boolean {
  return metadata.namespace === 'default' && metadata.name === 'kubernetes';
}

export function hasSelector({ spec }: Service): boolean {
  return Object.keys(spec.selector ?? {}).length > 0;
}

export function objectOf({ metadata: { namespace, name } }: Service): ObjectName {
  return { apiVersion: 'v1', kind: 'Service', ...(namespace !== undefined && { namespace }), name };
}

/** Running pods behind a Service; undefined where pods could not be listed. */
export function podsBehind({ metadata, spec }: Service, { pods }: Facts): readonly Pod[] | undefined {
  const wanted = Object.entries(spec.selector ?? {});
  if (wanted.length === 0) return pods && [];
  return pods?.filter(
    (pod) =>
      pod.metadata.namespace === metadata.namespace &&
      hasStarted(pod) &&
      wanted.every(([label, value]) => pod.metadata.labels[label] === value),
  );
}

/** Families of the ready endpoints of a Service; undefined where EndpointSlices could not be listed. */
export function endpointFamilies(
  { metadata }: Service,
  { endpointSlices }: Facts,
): ReadonlySet<string> | undefined {
  const slices = endpointSlices?.filter(
    (slice) =>
      slice.metadata.namespace === metadata.namespace &&
      slice.metadata.labels[SERVICE_NAME] === metadata.name,
  );
  // Whether an endpoint is ready that does not say is for its consumers to assume (EndpointConditions).
  return (
    slices &&
    new Set(
      slices
        .filter(({ endpoints }) => endpoints.some(({ conditions }) => conditions?.ready ?? true))
        .map(({ addressType }) => addressType),
    )
  );
}

/**
 * Words of a container that have it listen at 0.0.0.0, which takes no IPv6 connections, at a port that a Service leads to, or at
 * one that the word does not name.
 */
export function ipv4Listeners(container: Container, service: Service): readonly string[] {
  const ports = new Set(
    service.spec.ports.map(({ port, targetPort }) => {
      if (typeof targetPort !== 'string') return targetPort ?? port;
      return container.ports.find(({ name }) => name === targetPort)?.containerPort;
    }),
  );
  const mayServe =
    container.ports.length === 0 || container.ports.some(({ containerPort }) => ports.has(containerPort));
  return container.anyIpv4.filter((word) => {
    const port = /0\.0\.0\.0:(\d+)/.exec(word)?.[1];
    return port === undefined ? mayServe : ports.has(Number(port));
  });
}
