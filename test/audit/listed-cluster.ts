import type { JsonObject } from '../../infra/local/cluster/index.ts';
import type { ListAnswer } from '../../shared/audit/cluster.ts';
import { type AuditedCluster, type AuditReport, audit, type Finding } from '../../shared/audit/index.ts';
import { FINE_RULES, firewallWith, lookUp } from './fine-cluster.ts';

export const NOW = { now: () => Date.UTC(2026, 10, 21, 12) };

const PLURALS: Readonly<Record<string, string>> = {
  NetworkPolicy: 'networkpolicies',
  Ingress: 'ingresses',
  DNSEntry: 'dnsentries',
};

function pathOf({ apiVersion, kind }: JsonObject): string {
  const root = String(apiVersion).includes('/') ? 'apis' : 'api';
  return `/${root}/${apiVersion}/${PLURALS[String(kind)] ?? `${String(kind).toLowerCase()}s`}`;
}

/** The port, answered from a list of objects; `answers` stand in for the lists of some paths. */
export function listedCluster(
  objects: readonly JsonObject[],
  parts: Partial<AuditedCluster> = {},
  answers: Readonly<Record<string, Exclude<ListAnswer<never>, { kind: 'listed' }>>> = {},
): AuditedCluster {
  return {
    server: 'https://api.both.example.org',
    version: async () => 'v1.34.2',
    list: async ({ path }, understand) =>
      answers[path] ?? {
        kind: 'listed',
        items: objects.filter((object) => pathOf(object) === path).map(understand),
        strange: [],
      },
    configMap: async () => undefined,
    dualStackServices: async () => 'unknown',
    tryOut: async () => ({ result: 'accepted' }),
    ...parts,
  };
}

export async function auditOf(
  objects: readonly JsonObject[],
  { firewall = FINE_RULES, cluster = listedCluster(objects) } = {},
): Promise<AuditReport> {
  return await audit(cluster, { clock: NOW, firewall: firewallWith(...firewall), lookUp });
}

/** `Kind namespace/name` */
export function named({ object: { kind, namespace, name } }: Pick<Finding, 'object'>): string {
  return kind === 'Cluster' ? name : `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** What was found, in an order that does not depend on how urgent it is. */
export function found({ findings }: Pick<AuditReport, 'findings'>): readonly string[] {
  return findings.map((finding) => `${finding.rule}: ${named(finding)}`).sort();
}
