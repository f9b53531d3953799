import type { IpFamily, ServiceSpec } from '../../kinds/service.ts';
import { familyOf } from '../../kinds/service.ts';
import { sameJson } from '../../object/json.ts';
import type { FieldError } from '../errors.ts';
import { invalidValue } from '../errors.ts';

export const HEADLESS = 'None';

/** Fields that decide a Service's families, as far as they are known so far. */
interface FamilyFields {
  readonly ipFamilyPolicy: string;
  readonly ipFamilies: readonly string[];
  readonly clusterIPs: readonly string[];
}

export type FamilyDecision = FamilyFields | { readonly errors: readonly FieldError[] };

/**
 * Works out policy and families of a Service from what its writer gave, what it was before and which families the
 * server is configured for. The order of the checks is the real server's (`registry/core/service/storage`), because
 * it decides which sentence a caller reads.
 */
export function decideFamilies(
  spec: ServiceSpec,
  previous: ServiceSpec | undefined,
  configured: readonly IpFamily[],
): FamilyDecision {
  const selectorless = Object.keys(spec.selector ?? {}).length === 0;
  const headlessWithoutSelector = spec.clusterIP === HEADLESS && selectorless;
  const policy =
    spec.ipFamilyPolicy ??
    previous?.ipFamilyPolicy ??
    (headlessWithoutSelector ? 'RequireDualStack' : 'SingleStack');
  const released = previous === undefined ? undefined : release(spec, previous, policy);
  const errors = [...(released?.errors ?? [])];
  const clusterIPs = released?.clusterIPs ?? spec.clusterIPs ?? [];
  const given = released?.ipFamilies ?? spec.ipFamilies ?? [];
  if (policy === 'SingleStack') errors.push(...singleStackViolations(clusterIPs, given, policy));
  const inferred = inferFamilies(clusterIPs, given, configured);
  errors.push(...inferred.errors);
  if (errors.length > 0) return { errors };

  const { families } = inferred;
  if (headlessWithoutSelector) {
    const primary = families.length === 0 ? configured.slice(0, 1) : families;
    const both = primary.length === 1 && policy !== 'SingleStack';
    return {
      ipFamilyPolicy: policy,
      clusterIPs,
      ipFamilies: both ? [...primary, other(primary[0])] : primary,
    };
  }
  const unconfigured = configurationViolations(policy, families, configured);
  if (unconfigured.length > 0) return { errors: unconfigured };
  const primary = families.length === 0 ? configured.slice(0, 1) : families;
  const grows = policy !== 'SingleStack' && primary.length === 1 && configured.length === 2;
  return {
    ipFamilyPolicy: policy,
    clusterIPs,
    ipFamilies: grows ? [...primary, other(primary[0])] : primary,
  };
}

/** An unchanged PreferDualStack Service is never given or deprived of an address because the cluster changed. */
export function isUntouchedPreferDualStack(spec: ServiceSpec, previous: ServiceSpec): boolean {
  return (
    previous.ipFamilyPolicy === 'PreferDualStack' &&
    (spec.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' &&
    sameJson(spec.clusterIPs ?? [], previous.clusterIPs ?? []) &&
    sameJson(spec.ipFamilies ?? [], previous.ipFamilies ?? [])
  );
}

/** A change to SingleStack gives the second family back; taking it away without saying so is an error. */
function release(
  spec: ServiceSpec,
  previous: ServiceSpec,
  policy: string,
): Pick<FamilyFields, 'clusterIPs' | 'ipFamilies'> & { errors: FieldError[] } {
  const clusterIPs = spec.clusterIPs ?? [];
  const ipFamilies = spec.ipFamilies ?? [];
  if (policy === 'SingleStack') {
    const sameIps = sameJson(clusterIPs, previous.clusterIPs ?? []);
    const sameFamilies = sameJson(ipFamilies, previous.ipFamilies ?? []);
    return {
      clusterIPs: sameIps ? clusterIPs.slice(0, 1) : clusterIPs,
      ipFamilies: sameFamilies ? ipFamilies.slice(0, 1) : ipFamilies,
      errors: [],
    };
  }
  const errors: FieldError[] = [];
  const reduced = (now: readonly string[], before: readonly string[]) =>
    now.length === 1 && before.length > 1;
  for (const [is, was, what] of [
    [clusterIPs, previous.clusterIPs ?? [], 'cluster IP'],
    [ipFamilies, previous.ipFamilies ?? [], 'IP family'],
  ] as const) {
    if (reduced(is, was)) {
      const detail = `must be 'SingleStack' to release the secondary ${what}`;
      errors.push(invalidValue('spec.ipFamilyPolicy', policy, detail));
    }
  }
  return { clusterIPs, ipFamilies, errors };
}

function singleStackViolations(
  clusterIPs: readonly string[],
  families: readonly string[],
  policy: string,
): FieldError[] {
  const sentence = (what: string) =>
    `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
  const errors: FieldError[] = [];
  if (clusterIPs.length === 2)
    errors.push(invalidValue('spec.ipFamilyPolicy', policy, sentence('cluster IPs')));
  if (families.length === 2)
    errors.push(invalidValue('spec.ipFamilyPolicy', policy, sentence('IP families')));
  return errors;
}

function inferFamilies(
  clusterIPs: readonly string[],
  given: readonly string[],
  configured: readonly IpFamily[],
): { families: readonly string[]; errors: FieldError[] } {
  const families = [...given];
  const errors: FieldError[] = [];
  for (const [index, address] of clusterIPs.entries()) {
    if (address === HEADLESS) break;
    if (index < families.length) continue;
    const family = familyOf(address);
    if (configured.includes(family)) families.push(family);
    else {
      const detail = `${family} is not configured on this cluster`;
      errors.push(invalidValue(`spec.clusterIPs[${index}]`, clusterIPs, detail));
    }
  }
  return { families, errors };
}

function configurationViolations(
  policy: string,
  families: readonly string[],
  configured: readonly IpFamily[],
): FieldError[] {
  const errors: FieldError[] = [];
  if (policy === 'RequireDualStack' && configured.length < 2) {
    const detail = 'this cluster is not configured for dual-stack services';
    errors.push(invalidValue('spec.ipFamilyPolicy', policy, detail));
  }
  for (const [index, family] of families.entries()) {
    if (!configured.some((known) => known === family)) {
      errors.push(invalidValue(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'));
    }
  }
  return errors;
}

function other(family: string | undefined): IpFamily {
  return family === 'IPv4' ? 'IPv6' : 'IPv4';
}
