import type { Project } from './project.ts';

/** A quota of the whole project as a scenario gives it: the API's metric, e.g. `ROUTES`. */
export interface GivenQuota {
  readonly metric: string;
  readonly limit: number;
  /** What is used; counted when absent and the simulator has the resource. */
  readonly usage?: number | undefined;
}

interface Counted {
  readonly limit: number;
  readonly usage: number;
}

/** Usual limits; the one of routes follows the quota of routes per network, which took its place (gcp-compute-semantics.md §2.5). */
function counted(project: Project): Readonly<Record<string, Counted>> {
  return {
    NETWORKS: { limit: 15, usage: project.networks.size },
    SUBNETWORKS: { limit: 275, usage: project.subnetworks.size },
    FIREWALLS: { limit: 200, usage: project.firewalls.size },
    ROUTES: {
      limit: project.quotas.staticRoutesPerNetwork ?? Math.max(200, 2 * project.routes.size),
      usage: project.routes.size,
    },
  };
}

/** The quotas that projects.get shows, by metric. Quotas per network are not among them. */
export function shownQuotas(project: Project): readonly Required<GivenQuota>[] {
  const own = counted(project);
  const given = new Map(project.givenQuotas.map((quota) => [quota.metric, quota]));
  return [...new Set([...Object.keys(own), ...given.keys()])].sort().map((metric) => ({
    metric,
    limit: given.get(metric)?.limit ?? own[metric]?.limit ?? 0,
    usage: given.get(metric)?.usage ?? own[metric]?.usage ?? 0,
  }));
}

/** The limit that a scenario sets for a metric; it is then kept to. */
export function givenLimit(project: Project, metric: string): number | undefined {
  return project.givenQuotas.find((quota) => quota.metric === metric)?.limit;
}
