import { hands, whoseIs } from '../facts.ts';
import { byMaker, hasStarted, someOf, type Workload } from '../workloads.ts';
import type { Rule } from './rule.ts';

export const ipv4ByNumber: Rule = {
  title: 'No pod is told to call an IPv4 address by its number.',
  needs: ['pods'],
  look(facts) {
    const told = (facts.pods ?? []).filter((pod) => hasStarted(pod) && calledBy([pod]).length > 0);
    return byMaker(told).map((workload) => {
      const { object, pods } = workload;
      const whose = pods[0] === undefined ? 'owner' : whoseIs(pods[0].metadata, facts);
      return {
        severity: 'notice',
        aim: 'ipv6-only',
        whose,
        object,
        what: `Its commands or environment name URLs at ${someOf(calledBy(pods))}.`,
        why: 'A name can get an AAAA record, a number is of one family for good: a pod without IPv4 does not reach it.',
        todo: hands(
          whose,
          'Nothing for dual-stack. On the way to IPv6-only, name what it calls by a host name or a Service.',
        ),
        source: 'kubernetes-ipv6-architecture.md (Dependency Mapping)',
      };
    });
  },
};

/** Each address once. */
function calledBy(pods: Workload['pods']): readonly string[] {
  const containers = pods.flatMap(({ spec }) => [...spec.initContainers, ...spec.containers]);
  return [...new Set(containers.flatMap(({ ipv4Urls }) => ipv4Urls))];
}
