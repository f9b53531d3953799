import type { Service, ServiceSpec } from '../../kinds/service.ts';
import { familyOf } from '../../kinds/service.ts';
import { canonicalAddress } from '../../object/addresses.ts';
import type { FieldError } from '../errors.ts';
import { duplicateValue, invalidValue, requiredValue, unsupportedValue } from '../errors.ts';
import { HEADLESS } from './families.ts';

const FAMILIES = ['IPv4', 'IPv6'];
const POLICIES = ['SingleStack', 'PreferDualStack', 'RequireDualStack'];
const IPS = 'spec.clusterIPs';

/** Whether the address fields of a Service agree with each other, before anything is allocated. */
export function addressFieldViolations(spec: ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const errors = [...agreement(spec), ...familyViolations(spec)];
  const malformed = malformedAddresses(spec.clusterIPs ?? []);
  errors.push(...malformed);
  const clusterIPs = spec.clusterIPs ?? [];
  if (clusterIPs.length > 2) errors.push(invalidValue(IPS, clusterIPs, 'may only hold up to 2 values'));
  if (malformed.length > 0) return errors;
  if (clusterIPs.length > 1 && new Set(clusterIPs.map(familyOf)).size !== clusterIPs.length) {
    errors.push(invalidValue(IPS, clusterIPs, 'may specify no more than one IP for each IP family'));
  }
  for (const [index, address] of clusterIPs.entries()) {
    const family = spec.ipFamilies?.[index];
    if (address === HEADLESS || family === undefined || !FAMILIES.includes(family)) continue;
    if (familyOf(address) !== family) {
      const detail = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
      errors.push(invalidValue(`${IPS}[${index}]`, address, detail));
    }
  }
  return errors;
}

function agreement(spec: ServiceSpec): FieldError[] {
  const clusterIPs = spec.clusterIPs ?? [];
  const single = spec.clusterIP ?? '';
  if (single === '') {
    if (clusterIPs.length === 0) return [];
    return [invalidValue(IPS, clusterIPs, 'must be empty when `clusterIP` is not specified')];
  }
  if (clusterIPs.length === 0) return [requiredValue(IPS)];
  return clusterIPs[0] === single
    ? []
    : [invalidValue(IPS, clusterIPs, 'first value must match `clusterIP`')];
}

function familyViolations(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, family] of (spec.ipFamilies ?? []).entries()) {
    const field = `spec.ipFamilies[${index}]`;
    if (!FAMILIES.includes(family)) errors.push(unsupportedValue(field, family, FAMILIES));
    if (spec.ipFamilies?.indexOf(family) !== index) errors.push(duplicateValue(field, family));
  }
  const policy = spec.ipFamilyPolicy;
  if (policy !== undefined && !POLICIES.includes(policy)) {
    errors.push(unsupportedValue('spec.ipFamilyPolicy', policy, [...POLICIES].sort()));
  }
  return errors;
}

function malformedAddresses(clusterIPs: readonly string[]): FieldError[] {
  return clusterIPs.flatMap((address, index) => {
    if (index === 0 && address === HEADLESS) {
      return clusterIPs.length === 1
        ? []
        : [invalidValue(IPS, clusterIPs, "'None' must be the first and only value")];
    }
    if (canonicalAddress(address) !== undefined) return [];
    const detail = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
    return [invalidValue(`${IPS}[${index}]`, address, detail)];
  });
}

/** What a written Service breaks: its ports, and on an update what may not change once set. */
export function serviceViolations(service: Service, previous: Service | undefined): FieldError[] {
  const errors = [...portViolations(service.spec), ...externalNameViolations(service.spec)];
  if (previous === undefined) return errors;
  if (service.spec.type === 'ExternalName' || previous.spec.type === 'ExternalName') return errors;
  const bothHeadless = service.spec.clusterIP === HEADLESS && previous.spec.clusterIP === HEADLESS;
  if (bothHeadless) return errors;
  return [
    ...errors,
    ...immutableAddresses(service.spec, previous.spec),
    ...immutableFamilies(service.spec, previous.spec),
  ];
}

function externalNameViolations({ type, externalName }: ServiceSpec): FieldError[] {
  return type === 'ExternalName' && !externalName ? [requiredValue('spec.externalName')] : [];
}

function portViolations(spec: ServiceSpec): FieldError[] {
  const headless = spec.clusterIP === HEADLESS;
  const ports = spec.ports ?? [];
  if (ports.length === 0 && !headless && spec.type !== 'ExternalName') return [requiredValue('spec.ports')];
  return ports.flatMap((port, index) => {
    const path = `spec.ports[${index}]`;
    const errors: FieldError[] = [];
    if (port.port < 1 || port.port > 65_535) {
      errors.push(invalidValue(`${path}.port`, port.port, 'must be between 1 and 65535, inclusive'));
    }
    if (ports.length > 1 && (port.name ?? '') === '') errors.push(requiredValue(`${path}.name`));
    return errors;
  });
}

function immutableAddresses(spec: ServiceSpec, previous: ServiceSpec): FieldError[] {
  const now = spec.clusterIPs ?? [];
  const before = previous.clusterIPs ?? [];
  const errors: FieldError[] = [];
  if (now.length === 0 && before.length > 0) {
    return [invalidValue(`${IPS}[0]`, now, 'primary clusterIP can not be unset')];
  }
  const compared = now.length === before.length ? before.length : Math.min(before.length, 1);
  for (let index = 0; index < compared; index += 1) {
    if (now[index] !== before[index])
      errors.push(invalidValue(`${IPS}[${index}]`, now, 'may not change once set'));
  }
  if (now.length === 1 && before.length > 1 && spec.ipFamilyPolicy !== 'SingleStack') {
    const detail = "must be set to 'SingleStack' when releasing the secondary clusterIP";
    errors.push(invalidValue('spec.ipFamilyPolicy', spec.ipFamilyPolicy, detail));
  }
  return errors;
}

function immutableFamilies(spec: ServiceSpec, previous: ServiceSpec): FieldError[] {
  if ((spec.clusterIP === HEADLESS) !== (previous.clusterIP === HEADLESS)) return [];
  const now = spec.ipFamilies ?? [];
  const before = previous.ipFamilies ?? [];
  const compared = now.length === before.length ? before.length : Math.min(before.length, now.length, 1);
  const errors: FieldError[] = [];
  for (let index = 0; index < compared; index += 1) {
    if (now[index] !== before[index]) {
      errors.push(invalidValue('spec.ipFamilies[0]', now, 'may not change once set'));
    }
  }
  return errors;
}
