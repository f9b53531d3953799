import pLimit from 'p-limit';
import type { Clock } from '../clock.ts';
import type { AuditedCluster } from './cluster.ts';
import type { FactName, Facts } from './facts.ts';
import { type GatherOptions, gather } from './gather.ts';
import { wayToIpv6Only } from './ipv6-only.ts';
import { type AuditReport, type Finding, SEVERITIES, type Tried, WHOSE } from './report/schema.ts';
import { RULES, type RuleName } from './rules/index.ts';
import type { Rule } from './rules/rule.ts';

export interface AuditOptions extends GatherOptions {
  /** Tells when the report was made. */
  readonly clock: Pick<Clock, 'now'>;
  /** Whether the API server is asked what it would say to each suggested manifest; yes when left out. Nothing is stored by that. */
  readonly tryManifests?: boolean;
}

/**
 * Looks at a cluster for what a migration to dual-stack leaves to its owner, and for what stands in the way of going further.
 * Changes nothing, and may be repeated; two reports of the same cluster have the same order.
 *
 * @throws ClusterUnavailable, ClusterRefused, NoAccess when the API server answers nothing at all. Whatever else cannot be had is
 * in
 *   the report's `notLookedAt`.
 */
export async function audit(cluster: AuditedCluster, options: AuditOptions): Promise<AuditReport> {
  const version = await cluster.version();
  const { facts, absent, lookedAt, notLookedAt } = await gather(cluster, options);
  const { findings, skipped } = look(facts, absent);
  const tried: Finding[] = options.tryManifests === false ? findings : await tryManifests(cluster, findings);
  return {
    schema: 'shoot-dualstack/audit/v1',
    at: new Date(options.clock.now()).toISOString(),
    cluster: {
      server: cluster.server,
      version,
      gardener: facts.gardener,
      ...(facts.nodes && { nodes: facts.nodes.length }),
      dualStackServices: facts.dualStackServices,
    },
    findings: tried,
    notLookedAt: [
      ...notLookedAt,
      ...[...skipped].map(([rule, why]) => ({ what: `${rule} (${RULES[rule].title})`, why })),
    ],
    lookedAt,
    way: wayToIpv6Only(tried, new Set(skipped.keys()), facts),
  };
}

/** All findings of all rules whose facts are there, most urgent first; and the rules that could not be asked. */
function look(
  facts: Facts,
  absent: ReadonlyMap<FactName, string> = new Map(),
): { readonly findings: Finding[]; readonly skipped: ReadonlyMap<RuleName, string> } {
  const findings: Finding[] = [];
  const skipped = new Map<RuleName, string>();
  for (const [name, rule] of Object.entries(RULES) as [RuleName, Rule][]) {
    const missing = rule.needs.filter((fact) => facts[fact] === undefined);
    if (missing.length > 0) {
      skipped.set(name, missing.map((fact) => `${fact}: ${absent.get(fact) ?? 'not had'}`).join('; '));
      continue;
    }
    findings.push(...rule.look(facts).map((finding) => ({ rule: name, ...finding })));
  }
  return { findings: findings.sort(byUrgency), skipped };
}

function byUrgency(a: Finding, b: Finding): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    WHOSE.indexOf(a.whose) - WHOSE.indexOf(b.whose) ||
    placeOf(a) - placeOf(b) ||
    compare(a.object.namespace ?? '', b.object.namespace ?? '') ||
    compare(a.object.name, b.object.name)
  );
}

const ORDER = Object.keys(RULES);

function placeOf({ rule }: Finding): number {
  return ORDER.indexOf(rule);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Questions under way at once. */
const TRIED_AT_ONCE = 4;

async function tryManifests(cluster: AuditedCluster, findings: readonly Finding[]): Promise<Finding[]> {
  const limit = pLimit(TRIED_AT_ONCE);
  return await Promise.all(
    findings.map(async (finding) => {
      const { manifest } = finding;
      if (manifest === undefined) return finding;
      const dryRun: Tried = await limit(() => cluster.tryOut(manifest));
      return { ...finding, manifest: { ...manifest, dryRun } };
    }),
  );
}
