import { z } from 'zod';
import { parseBody, resourceName } from './body.ts';
import { invalid } from './errors.ts';
import type { ResourcePath, Scope } from './links.ts';
import { resourcePath, scopePath, selfLink } from './links.ts';
import { attachedNic, nicBody } from './nics.ts';
import type { Project } from './project.ts';
import type { Instance, InstanceStatus } from './resources.ts';

const STATUSES = [
  'PROVISIONING',
  'STAGING',
  'RUNNING',
  'STOPPING',
  'STOPPED',
  'SUSPENDED',
  'TERMINATED',
] as const satisfies readonly InstanceStatus[];

const instanceBody = z.looseObject({
  name: resourceName,
  machineType: z.string().optional(),
  canIpForward: z.boolean().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  tags: z.looseObject({ items: z.array(z.string()).optional() }).optional(),
  metadata: z.looseObject({}).optional(),
  networkInterfaces: z.array(nicBody).min(1, 'At least one network interface is required.'),
  status: z.enum(STATUSES).optional(),
});

export type InstanceBody = z.output<typeof instanceBody>;

export function instanceRequest(body: unknown, root?: string): InstanceBody {
  return parseBody(instanceBody, body, root);
}

export function instancePath(project: Project, zone: Scope, name: string): ResourcePath {
  return resourcePath(project.id, zone, 'instances', name);
}

/** The instance with everything the service adds to a request. @throws ComputeError of the operation when an address is taken. */
export function instanceOf(
  project: Project,
  zone: Scope,
  given: InstanceBody,
  status: InstanceStatus,
): Instance {
  const path = instancePath(project, zone, given.name);
  const zoneLink = selfLink(`projects/${project.id}/${scopePath(zone)}`);
  const fingerprint = () => project.identifiers.fingerprint();
  const { networkInterfaces, tags, metadata, labels, machineType, ...rest } = given;
  const nics = networkInterfaces.map((nic, index) => attachedNic(project, path, nic, index));
  const twice = nics.find((nic, index) => nics.findIndex(({ network }) => network === nic.network) !== index);
  if (twice !== undefined) {
    throw invalid(
      'resource.networkInterfaces',
      twice.network,
      'Simulator: one network interface per network.',
    );
  }
  return {
    scheduling: { onHostMaintenance: 'MIGRATE', automaticRestart: true, preemptible: false },
    cpuPlatform: 'Unknown CPU Platform',
    startRestricted: false,
    deletionProtection: false,
    ...rest,
    ...project.identity('compute#instance', given.name, selfLink(path)),
    zone: zoneLink,
    machineType:
      machineType === undefined
        ? `${zoneLink}/machineTypes/n1-standard-1`
        : selfLink(project.path(machineType)),
    status,
    canIpForward: given.canIpForward ?? false,
    fingerprint: fingerprint(),
    tags: { ...tags, fingerprint: fingerprint() },
    metadata: { kind: 'compute#metadata', ...metadata, fingerprint: fingerprint() },
    ...(labels !== undefined && { labels }),
    labelFingerprint: fingerprint(),
    lastStartTimestamp: project.timestamp(),
    networkInterfaces: nics,
  };
}
