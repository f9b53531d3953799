import { familyOfAddress } from '../../migration/cidr.ts';
import { type Facts, hands, whoseIs } from '../facts.ts';
import { registryOf } from '../published-names.ts';
import type { Finding } from '../report/schema.ts';
import { objectOf } from '../services.ts';
import { someOf } from '../workloads.ts';
import { CLUSTER } from './cluster-single-stack.ts';
import type { Rule } from './rule.ts';

export const destinationWithoutIpv6: Rule = {
  title: 'Image registries, ExternalNames and the API server have IPv6 addresses.',
  needs: ['pods', 'services', 'names'],
  look: (facts) => [...registries(facts), ...externalNames(facts), ...apiServer(facts)],
};

const COMMON = {
  severity: 'notice',
  aim: 'ipv6-only',
  source:
    'gep-21-ipv6-single-stack.md (Docker Hub Images); kubernetes-ipv6-architecture.md (Dependency Mapping)',
} as const;

function hasNoIpv6(name: string, { names }: Facts): boolean {
  if (familyOfAddress(name) === 'IPv4') return true;
  const answer = names?.get(name);
  return answer?.kind === 'answered' && answer.ipv4 && !answer.ipv6;
}

function registries(facts: Facts): Omit<Finding, 'rule'>[] {
  const users = new Map<string, Set<string>>();
  for (const { metadata, spec } of facts.pods ?? []) {
    for (const { image } of [...spec.initContainers, ...spec.containers]) {
      if (image === undefined) continue;
      const registry = registryOf(image);
      if (!hasNoIpv6(registry, facts)) continue;
      const namespaces = users.get(registry) ?? new Set();
      users.set(registry, namespaces.add(metadata.namespace ?? ''));
    }
  }
  return [...users].map(([registry, namespaces]) => ({
    ...COMMON,
    whose: 'owner',
    object: { apiVersion: '', kind: 'ImageRegistry', name: registry },
    what: `It has no AAAA record; images of it run in ${someOf([...namespaces])}.`,
    why: 'A node without IPv4 pulls nothing from it.',
    todo: 'Nothing for dual-stack. On the way to IPv6-only, mirror the images to a registry with IPv6, or have NAT64 and DNS64 in front.',
  }));
}

function externalNames(facts: Facts): Omit<Finding, 'rule'>[] {
  return (facts.services ?? []).flatMap((service) => {
    const { type, externalName } = service.spec;
    if (type !== 'ExternalName' || !externalName || !hasNoIpv6(externalName, facts)) return [];
    const whose = whoseIs(service.metadata, facts);
    return [
      {
        ...COMMON,
        whose,
        object: objectOf(service),
        what: `It stands for ${externalName}, which has no AAAA record.`,
        why: 'A pod without IPv4 does not reach it.',
        todo: hands(
          whose,
          'Nothing for dual-stack. On the way to IPv6-only, ask whoever runs it for IPv6, or have NAT64 and DNS64 in front.',
        ),
      },
    ];
  });
}

function apiServer(facts: Facts): Omit<Finding, 'rule'>[] {
  const { apiServer: host, gardener } = facts;
  // By a loopback address it is reached through a tunnel, which says nothing of its own.
  if (host === undefined || host.startsWith('127.') || !hasNoIpv6(host, facts)) return [];
  return [
    {
      ...COMMON,
      whose: gardener ? 'Gardener' : 'system',
      object: CLUSTER,
      what: `Its API server, ${host}, has no IPv6 address.`,
      why: 'Nodes and clients without IPv4 do not reach it.',
      todo: 'Nothing for dual-stack. Whether it gets one depends on the seed that it runs in.',
    },
  ];
}
