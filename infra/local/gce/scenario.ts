import { z } from 'zod';
import type { ComputeScenario } from '../example/compute-scenario.ts';
import { addAutoSubnetworks } from './core/auto-mode.ts';
import { fieldName, resourceName } from './core/body.ts';
import { firewallOf } from './core/firewalls.ts';
import { instanceOf, instanceRequest } from './core/instances.ts';
import { lastSegment, regional, regionOfZone, zonal } from './core/links.ts';
import { networkOf } from './core/networks.ts';
import type { Project } from './core/project.ts';
import { checkRanges } from './core/range-rules.ts';
import type { Resource } from './core/resources.ts';
import { routeOf } from './core/routes.ts';
import { subnetworkOf } from './core/subnetworks.ts';

const resources = z.array(z.looseObject({ name: resourceName }));
const place = z.string().regex(/^[a-z]+-[a-z]+\d+(-[a-z])?$/, 'expected a region or zone name');

const scenario = z.object({
  project: z.string().regex(/^[a-z][a-z0-9.:-]{2,61}[a-z0-9]$/, 'expected a project id'),
  region: place,
  zones: z.array(place).min(1, 'expected at least one zone'),
  defaultNetworkTier: z.enum(['PREMIUM', 'STANDARD']).default('PREMIUM'),
  quotas: z
    .array(
      z.object({
        metric: z.string().min(1),
        limit: z.number().min(0),
        usage: z.number().min(0).optional(),
      }),
    )
    .default([]),
  networks: resources.default([]),
  subnetworks: resources.default([]),
  instances: resources.default([]),
  routes: resources.default([]),
  firewalls: resources.default([]),
});

export type ParsedScenario = z.output<typeof scenario>;

/** The scenario cannot be served. The message names the field and what was expected. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

/** Reads a scenario's outline; what its resources must be is checked when they are {@link furnish}ed. @throws ScenarioError */
export function parseScenario(input: ComputeScenario | unknown): ParsedScenario {
  const result = scenario.safeParse(input);
  if (!result.success) {
    const lines = result.error.issues.map(
      ({ path, message }) => `${fieldName('', path) || 'scenario'}: ${message}`,
    );
    throw new ScenarioError(lines.join('; '));
  }
  const { region, zones } = result.data;
  for (const [index, zone] of zones.entries()) {
    if (regionOfZone(zone) !== region) {
      throw new ScenarioError(`zones[${index}]: expected a zone of ${region}, got ${zone}`);
    }
    if (zones.indexOf(zone) !== index) throw new ScenarioError(`zones[${index}]: ${zone} is listed twice`);
  }
  return result.data;
}

/**
 * Puts a scenario's resources into an empty project, by the rules and with the defaults of the insert methods; but it may
 * hold states that only a history leads to, such as a range over a route on a subnetwork that allows overlap.
 * @throws ScenarioError naming the field.
 */
export function furnish(
  project: Project,
  { networks, subnetworks, instances, routes, firewalls }: ParsedScenario,
): void {
  each('networks', networks, (body, root) => {
    const network = networkOf(project, body, root);
    unique(project.networks.has(project.pathOf(network)), root, network);
    project.putNetwork(network);
  });
  each('subnetworks', subnetworks, (body, root) => {
    const region = located(body.region, project.region, project.regions, `${root}.region`);
    const subnetwork = subnetworkOf(project, regional(region), body, root);
    unique(project.subnetworks.has(project.pathOf(subnetwork)), root, subnetwork);
    checkRanges(project, undefined, subnetwork);
    project.putSubnetwork(subnetwork);
  });
  for (const network of project.networks.values()) addAutoSubnetworks(project, network);
  each('instances', instances, (body, root) => {
    const zone = located(body.zone, project.zones[0], project.zones, `${root}.zone`);
    const given = instanceRequest(body, root);
    const instance = instanceOf(project, zonal(zone), given, given.status ?? 'RUNNING');
    unique(project.instances.has(project.pathOf(instance)), root, instance);
    project.putInstance(instance);
  });
  each('routes', routes, (body, root) => {
    // Subnet routes come with their ranges: a scenario copied from a real project lists them too.
    if (body.nextHopNetwork !== undefined) return;
    const route = routeOf(project, body, root);
    unique(project.routes.has(project.pathOf(route)), root, route);
    // A route whose VM is gone stays (gcp-compute-semantics.md §2.3); one without any next hop was refused above.
    project.putRoute(route);
  });
  each('firewalls', firewalls, (body, root) => {
    const firewall = firewallOf(project, body, undefined, root);
    unique(project.firewalls.has(project.pathOf(firewall)), root, firewall);
    project.putFirewall(firewall);
  });
}

function each<T extends object>(
  list: string,
  bodies: readonly T[],
  add: (body: T, root: string) => void,
): void {
  for (const [index, body] of bodies.entries()) {
    const root = `${list}[${index}]`;
    try {
      add(body, root);
    } catch (error) {
      if (error instanceof ScenarioError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new ScenarioError(`${root}: ${message.replaceAll("'resource.", `'${root}.`)}`);
    }
  }
}

function unique(taken: boolean, root: string, resource: Resource): void {
  if (taken) throw new ScenarioError(`${root}.name: "${resource.name}" is there twice`);
}

/** A region or zone given bare or as a link. */
function located(
  given: unknown,
  fallback: string | undefined,
  known: readonly string[],
  field: string,
): string {
  const name = given === undefined ? fallback : lastSegment(String(given));
  if (name !== undefined && known.includes(name)) return name;
  throw new ScenarioError(`${field}: expected one of ${known.join(', ')}, got ${String(given)}`);
}
