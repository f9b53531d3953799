import type { IpFamily, Service, ServiceSpec } from '../../kinds/service.ts';
import { sameJson } from '../../object/json.ts';
import type { RuleContext, Rules } from '../../resources/resource.ts';
import { ApiError, invalid, invalidValue } from '../errors.ts';
import type { ClusterIps } from './cluster-ips.ts';
import { holderName } from './cluster-ips.ts';
import { decideFamilies, HEADLESS, isUntouchedPreferDualStack } from './families.ts';
import { addressFieldViolations, serviceViolations } from './validation.ts';

const SERVICES = { plural: 'services', group: '', kind: 'Service' };

/**
 * Services as the API server keeps them: adopt what the writer left out, bring `clusterIP` and `clusterIPs` in step,
 * decide the families, allocate, and only then validate (the real server's order).
 */
export const serviceRules: Rules<Service> = {
  complete(service, previous, context) {
    const adopted = withDefaults(adoptAllocated(service.spec, previous?.spec));
    const spec = inStep(adopted, previous?.spec);
    if (spec.type === 'ExternalName') return { ...service, spec };
    if (previous !== undefined && isUntouchedPreferDualStack(spec, previous.spec)) {
      return { ...service, spec: { ...spec, ipFamilyPolicy: 'PreferDualStack' } };
    }
    return {
      ...service,
      spec: withNodePorts(
        service,
        withAddresses(service, spec, previous?.spec, context),
        previous?.spec,
        context,
      ),
    };
  },
  violations: serviceViolations,
};

function withDefaults(spec: ServiceSpec): ServiceSpec {
  return {
    ...spec,
    type: spec.type ?? 'ClusterIP',
    sessionAffinity: spec.sessionAffinity ?? 'None',
    internalTrafficPolicy: spec.internalTrafficPolicy ?? 'Cluster',
    ...(spec.ports === undefined
      ? {}
      : {
          ports: spec.ports.map((port) => ({
            ...port,
            protocol: port.protocol ?? 'TCP',
            targetPort: port.targetPort ?? port.port,
          })),
        }),
  };
}

/** A PUT that leaves the allocated addresses out means to keep them. */
function adoptAllocated(spec: ServiceSpec, previous: ServiceSpec | undefined): ServiceSpec {
  if (previous === undefined || spec.type === 'ExternalName' || previous.type === 'ExternalName') return spec;
  const clusterIP = spec.clusterIP || previous.clusterIP;
  const keep = (spec.clusterIPs ?? []).length === 0 && clusterIP === previous.clusterIP;
  const ports = spec.ports?.map((port) => {
    const before = previous.ports?.find(
      (entry) => entry.port === port.port && entry.protocol === (port.protocol ?? 'TCP'),
    );
    return port.nodePort === undefined && before?.nodePort !== undefined && spec.type !== 'ClusterIP'
      ? { ...port, nodePort: before.nodePort }
      : port;
  });
  return {
    ...spec,
    ...(ports === undefined ? {} : { ports }),
    ...(clusterIP === undefined ? {} : { clusterIP }),
    ...(keep ? { clusterIPs: previous.clusterIPs } : {}),
  };
}

/** A writer may change `clusterIP` or `clusterIPs`; the one that was not touched follows. */
function inStep(spec: ServiceSpec, previous: ServiceSpec | undefined): ServiceSpec {
  const clusterIP = spec.clusterIP ?? '';
  const clusterIPs = spec.clusterIPs ?? [];
  if (previous === undefined) {
    return clusterIP !== '' && clusterIPs.length === 0 ? { ...spec, clusterIPs: [clusterIP] } : spec;
  }
  const onlySingleChanged =
    clusterIP !== (previous.clusterIP ?? '') && sameJson(clusterIPs, previous.clusterIPs ?? []);
  if (!onlySingleChanged) return spec;
  return { ...spec, clusterIPs: clusterIP === '' ? [] : [clusterIP, ...clusterIPs.slice(1)] };
}

/** @throws ApiError 422 when the fields contradict each other or an address cannot be had. */
function withAddresses(
  service: Service,
  spec: ServiceSpec,
  previous: ServiceSpec | undefined,
  { clusterIps }: RuleContext,
): ServiceSpec {
  const name = service.metadata.name;
  const mismatch = addressFieldViolations(spec);
  if (mismatch.length > 0) throw invalid(SERVICES, name, mismatch);
  const decided = decideFamilies(spec, previous, clusterIps.families);
  if ('errors' in decided) throw invalid(SERVICES, name, decided.errors);
  const { ipFamilyPolicy } = decided;
  const ipFamilies = [...decided.ipFamilies];
  if (spec.clusterIP === HEADLESS) return { ...spec, ipFamilyPolicy, ipFamilies };
  const wanted = ipFamilies.map((_, index) => decided.clusterIPs[index]);
  const held = previous?.type === 'ExternalName' ? [] : (previous?.clusterIPs ?? []);
  const holder = previous === undefined ? undefined : holderName(service);
  const clusterIPs = wanted.map((address, index) => {
    // What the Service holds, and a primary that it may not change anyway (said by the validation), is not allocated again.
    if (address !== undefined && (held.includes(address) || index < held.length)) return address;
    const family = ipFamilies[index] === 'IPv6' ? 'IPv6' : 'IPv4';
    return allocate(clusterIps, { name, holder, clusterIPs: decided.clusterIPs }, family, address);
  });
  return { ...spec, ipFamilyPolicy, ipFamilies, clusterIPs, clusterIP: clusterIPs[0] };
}

function allocate(
  clusterIps: ClusterIps,
  service: {
    readonly name: string;
    readonly holder: string | undefined;
    readonly clusterIPs: readonly string[];
  },
  family: IpFamily,
  wanted: string | undefined,
): string {
  if (wanted === undefined) {
    const address = clusterIps.free(family);
    if (address !== undefined) return address;
    throw new ApiError(
      500,
      'InternalError',
      'Internal error occurred: failed to allocate a serviceIP: range is full',
    );
  }
  const refusal = clusterIps.refusal(wanted, service.holder);
  if (refusal === undefined) return wanted;
  throw invalid(SERVICES, service.name, [
    invalidValue('spec.clusterIPs', service.clusterIPs, `failed to allocate IP ${wanted}: ${refusal}`),
  ]);
}

function withNodePorts(
  service: Service,
  spec: ServiceSpec,
  previous: ServiceSpec | undefined,
  { clusterIps }: RuleContext,
): ServiceSpec {
  if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') return spec;
  const own = new Set(previous?.ports?.map((port) => port.nodePort));
  const refused = (spec.ports ?? []).flatMap(({ nodePort }, index) => {
    const why = nodePort === undefined || own.has(nodePort) ? undefined : clusterIps.portRefusal(nodePort);
    return why === undefined ? [] : [invalidValue(`spec.ports[${index}].nodePort`, nodePort, why)];
  });
  if (refused.length > 0) throw invalid(SERVICES, service.metadata.name, refused);
  const taken = new Set(spec.ports?.map((port) => port.nodePort));
  return {
    ...spec,
    ports: spec.ports?.map((port) => {
      if (port.nodePort !== undefined) return port;
      let nodePort = clusterIps.freeNodePort();
      while (taken.has(nodePort)) nodePort = clusterIps.freeNodePort();
      taken.add(nodePort);
      return { ...port, nodePort };
    }),
  };
}
