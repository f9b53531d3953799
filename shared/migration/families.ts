import type { IpFamily } from './cidr.ts';

/** What a change of `spec.networking.ipFamilies` asks for. */
export type FamiliesChange =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'to-dual-stack' }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Judges a change of address families. Only `[IPv4] → [IPv4, IPv6]` is a migration this product makes; anything
 * else is refused in Gardener's own words (`pkg/api/core/validation/shoot.go`, validateIPFamiliesUpdate), also the way
 * back, which Gardener itself would allow.
 */
export function judgeFamiliesChange(before: readonly IpFamily[], after: readonly IpFamily[]): FamiliesChange {
  if (same(before, after)) return { kind: 'unchanged' };
  if (same(before, ['IPv4']) && same(after, ['IPv4', 'IPv6'])) return { kind: 'to-dual-stack' };
  return {
    kind: 'refused',
    message:
      'spec.networking.ipFamilies: Forbidden: unsupported IP family update: ' +
      `oldIPFamilies=[${before.join(' ')}], newIPFamilies=[${after.join(' ')}]`,
  };
}

function same(a: readonly IpFamily[], b: readonly IpFamily[]): boolean {
  return a.length === b.length && a.every((family, index) => family === b[index]);
}
