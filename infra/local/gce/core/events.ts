import type { ResourcePath } from './links.ts';
import type { AliasIpRange, Instance, Route, SecondaryRange, StackType, Subnetwork } from './resources.ts';

/** A change that took effect, at the instant (simulated milliseconds) at which the API began to show it. */
export type ComputeEvent = { readonly at: number } & ComputeChange;

export type ComputeChange =
  | { readonly type: 'route-inserted' | 'route-deleted'; readonly route: Route }
  | { readonly type: 'instance-inserted' | 'instance-deleted'; readonly instance: Instance }
  | { readonly type: 'instance-status-changed'; readonly instance: Instance }
  | {
      readonly type: 'alias-added' | 'alias-removed';
      readonly instance: Instance;
      readonly networkInterface: string;
      readonly alias: AliasIpRange;
    }
  | {
      readonly type: 'nic-stack-type-changed';
      readonly instance: Instance;
      readonly networkInterface: string;
    }
  | { readonly type: 'subnetwork-inserted' | 'subnetwork-deleted'; readonly subnetwork: Subnetwork }
  | {
      readonly type: 'range-added' | 'range-removed';
      readonly subnetwork: Subnetwork;
      readonly range: SecondaryRange;
    }
  | { readonly type: 'overlap-flag-changed'; readonly subnetwork: Subnetwork; readonly allowed: boolean }
  | { readonly type: 'stack-type-changed'; readonly subnetwork: Subnetwork; readonly stackType: StackType }
  | {
      readonly type: 'network-changed' | 'firewall-changed';
      readonly path: ResourcePath;
      readonly present: boolean;
    };

/** What changed between two versions of a subnetwork; `undefined` stands for its absence. */
export function subnetworkChanges(before: Subnetwork | undefined, after: Subnetwork): ComputeChange[] {
  if (before === undefined) return [{ type: 'subnetwork-inserted', subnetwork: after }];
  const changes: ComputeChange[] = [];
  const { gone, come } = difference(
    before.secondaryIpRanges ?? [],
    after.secondaryIpRanges ?? [],
    (range) => `${range.rangeName} ${range.ipCidrRange}`,
  );
  for (const range of gone) changes.push({ type: 'range-removed', subnetwork: after, range });
  for (const range of come) changes.push({ type: 'range-added', subnetwork: after, range });
  const allowed = after.allowSubnetCidrRoutesOverlap === true;
  if ((before.allowSubnetCidrRoutesOverlap === true) !== allowed) {
    changes.push({ type: 'overlap-flag-changed', subnetwork: after, allowed });
  }
  if (before.stackType !== after.stackType) {
    changes.push({ type: 'stack-type-changed', subnetwork: after, stackType: after.stackType });
  }
  return changes;
}

/** What changed between two versions of an instance; `undefined` stands for its absence. */
export function instanceChanges(before: Instance | undefined, after: Instance): ComputeChange[] {
  if (before === undefined) return [{ type: 'instance-inserted', instance: after }];
  const changes: ComputeChange[] = [];
  if (before.status !== after.status) changes.push({ type: 'instance-status-changed', instance: after });
  for (const nic of after.networkInterfaces) {
    const old = before.networkInterfaces.find(({ name }) => name === nic.name);
    const { gone, come } = difference(
      old?.aliasIpRanges ?? [],
      nic.aliasIpRanges ?? [],
      (alias) => alias.ipCidrRange,
    );
    const which = { instance: after, networkInterface: nic.name };
    for (const alias of gone) changes.push({ type: 'alias-removed', ...which, alias });
    for (const alias of come) changes.push({ type: 'alias-added', ...which, alias });
    if (old !== undefined && old.stackType !== nic.stackType) {
      changes.push({ type: 'nic-stack-type-changed', ...which });
    }
  }
  return changes;
}

/** What is only in `before` (gone) and what is only in `after` (come), told apart by their keys. */
export function difference<T>(before: readonly T[], after: readonly T[], key: (item: T) => string) {
  const old = new Set(before.map(key));
  const now = new Set(after.map(key));
  return {
    gone: before.filter((item) => !now.has(key(item))),
    come: after.filter((item) => !old.has(key(item))),
  };
}
