import * as core from './core.ts';
import * as network from './network.ts';
import type { Resource } from './resource.ts';
import { apiVersionOf } from './resource.ts';
import * as workloads from './workloads.ts';

/** Everything the server serves. */
export const RESOURCES: readonly Resource[] = [
  ...Object.values(core),
  ...Object.values(workloads),
  ...Object.values(network),
];

/** The resource behind a URL's group, version and plural. */
export function resourceByPath(group: string, version: string, plural: string): Resource | undefined {
  return RESOURCES.find(
    (entry) => entry.group === group && entry.version === version && entry.plural === plural,
  );
}

/** The resource that a manifest's apiVersion and kind name. */
export function resourceByKind(apiVersion: string, kind: string): Resource | undefined {
  return RESOURCES.find((entry) => entry.kind === kind && apiVersionOf(entry) === apiVersion);
}

/** Group/version pairs other than the core group's, each once. */
export function groupVersions(): readonly { readonly group: string; readonly version: string }[] {
  const seen = new Map(
    RESOURCES.filter(({ group }) => group !== '').map(({ group, version }) => [
      `${group}/${version}`,
      { group, version },
    ]),
  );
  return [...seen.values()];
}
