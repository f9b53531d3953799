import { familiesOf } from '../addresses.ts';
import { whoseIs } from '../facts.ts';
import { familiesOfService } from '../services.ts';
import { byMaker, hasStarted } from '../workloads.ts';
import type { Rule } from './rule.ts';

const LABEL = 'k8s-app';

export const nodeLocalDns: Rule = {
  title: 'The DNS cache of each node answers over both families.',
  needs: ['pods', 'services'],
  look(facts) {
    const { pods = [], services = [] } = facts;
    const kubeDns = services.find(
      ({ metadata }) => metadata.namespace === 'kube-system' && metadata.name === 'kube-dns',
    );
    if (kubeDns === undefined || !familiesOfService(kubeDns).has('IPv6')) return [];
    const caches = pods.filter(
      (pod) =>
        pod.metadata.namespace === 'kube-system' &&
        pod.metadata.labels[LABEL] === 'node-local-dns' &&
        hasStarted(pod),
    );
    return byMaker(caches).flatMap(({ object, pods: [first] }) => {
      const addresses = first?.spec.containers.flatMap(({ words }) => listensOn(words)) ?? [];
      const families = familiesOf(addresses);
      if (first === undefined || !families.has('IPv4') || families.has('IPv6')) return [];
      return [
        {
          severity: 'notice',
          aim: 'ipv6-only',
          whose: whoseIs(first.metadata, facts),
          object,
          what: `It listens at ${addresses.join(', ')} only, though kube-dns has an IPv6 address too.`,
          why: 'Queries to the IPv6 address of kube-dns pass the cache by and go to CoreDNS, on another node as a rule. They are answered, only without a cache; a pod without IPv4 has no cache at all.',
          todo: 'Nothing for dual-stack: pods ask the first name server in their resolv.conf, the IPv4 one. Gardener binds the cache to the primary family only.',
          source: 'gardener-core-flow.md §6.4',
        },
      ];
    });
  },
};

/** `-localip A,B`, in two words or in one with `=`. */
function listensOn(words: readonly string[]): readonly string[] {
  return words.flatMap((word, index) => {
    if (!/^--?localip(=|$)/.test(word)) return [];
    const value = word.split('=')[1] ?? words[index + 1] ?? '';
    return value
      .split(',')
      .map((address) => address.trim())
      .filter((address) => address !== '');
  });
}
