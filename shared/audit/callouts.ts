import { familyOfAddress } from '../migration/cidr.ts';
import { hostOf } from './addresses.ts';
import type { Facts } from './facts.ts';
import { isIpv4OnlyService } from './services.ts';

/** Where the API server calls to: a URL, or a Service. */
export interface Endpoint {
  readonly url?: string | null | undefined;
  readonly service?: { readonly namespace: string; readonly name: string } | null | undefined;
}

/** Why an API server without IPv4 would not reach it, as part of a sentence; undefined when it would, or nothing tells. */
export function ipv4Only({ url, service }: Endpoint, { services, names }: Facts): string | undefined {
  if (url) {
    const host = hostOf(url);
    if (host === undefined) return undefined;
    if (familyOfAddress(host) === 'IPv4') return `the address ${host}`;
    const answer = names?.get(host);
    return answer?.kind === 'answered' && answer.ipv4 && !answer.ipv6
      ? `${host}, which has no AAAA record`
      : undefined;
  }
  const found = services?.find(
    ({ metadata }) => metadata.namespace === service?.namespace && metadata.name === service?.name,
  );
  return found !== undefined && isIpv4OnlyService(found)
    ? `the Service ${service?.namespace}/${service?.name}, which has IPv4 only`
    : undefined;
}
