import { TARGET } from './fixtures.ts';

export const POD_RANGE = 'ipv4-pod-cidr';
const ROUTE_PREFIX = TARGET.technicalId.slice(0, 26);

export function podCidr(number: number): string {
  return `100.96.${number}.0/24`;
}

export function routeName(number: number): string {
  return `${ROUTE_PREFIX}-6e0c1a52-77f0-4c3e-8b1d-${number.toString(16).padStart(12, '0')}`;
}

export function instanceName(number: number): string {
  return `${TARGET.technicalId}-worker-z1-${number}`;
}
