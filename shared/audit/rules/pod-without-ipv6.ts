import { familiesOf } from '../addresses.ts';
import { type Facts, hands, podCidrsOf, whoseIs } from '../facts.ts';
import type { Pod } from '../objects/workloads.ts';
import type { Finding } from '../report/schema.ts';
import {
  addressesOf,
  byMaker,
  hasStarted,
  isIpv4Only,
  restartOf,
  someOf,
  type Workload,
} from '../workloads.ts';
import { lacksIpv6 } from './node-without-ipv6.ts';
import type { Rule } from './rule.ts';

export const podWithoutIpv6: Rule = {
  title: 'Pods have a second address where their nodes could give them one.',
  needs: ['nodes', 'pods'],
  look(facts) {
    const { pods = [] } = facts;
    const couldHaveOne = nodesThatGiveIpv6(facts);
    const late = pods.filter(
      (pod) =>
        hasStarted(pod) &&
        !pod.spec.hostNetwork &&
        isIpv4Only(pod) &&
        couldHaveOne(pod.spec.nodeName ?? undefined),
    );
    return byMaker(late).map((workload) => finding(workload, facts));
  },
};

/** Without pod CIDRs, a node that has given one pod an IPv6 address shows that it can. */
function nodesThatGiveIpv6({ nodes = [], pods = [] }: Facts): (node: string | undefined) => boolean {
  const lacking = new Set(nodes.filter(lacksIpv6).map(({ metadata }) => metadata.name));
  const knowing = new Set(
    nodes.filter((node) => podCidrsOf(node).length > 0).map(({ metadata }) => metadata.name),
  );
  const giving = new Set(pods.filter(hasIpv6OfItsOwn).map(({ spec }) => spec.nodeName));
  return (node) => node !== undefined && !lacking.has(node) && (knowing.has(node) || giving.has(node));
}

function hasIpv6OfItsOwn(pod: Pod): boolean {
  return !pod.spec.hostNetwork && familiesOf(addressesOf(pod)).has('IPv6');
}

function finding({ object, pods }: Workload, facts: Facts): Omit<Finding, 'rule'> {
  const [first] = pods;
  const whose = first === undefined ? 'owner' : whoseIs(first.metadata, facts);
  const names = pods.map(({ metadata }) => metadata.name);
  return {
    severity: whose === 'owner' ? 'warning' : 'notice',
    aim: 'dual-stack',
    whose,
    object,
    what:
      object.kind === 'Pod'
        ? `It has only ${first === undefined ? 'one address' : addressesOf(first).join(', ')}, on a node with both families.`
        : `${pods.length} of its pods ${pods.length === 1 ? 'has' : 'have'} only an IPv4 address, on nodes with both families: ${someOf(names)}.`,
    why: 'A pod gets its addresses when it starts. A dual-stack Service leads no IPv6 connection to it, and it reaches nothing over IPv6.',
    todo: hands(whose, restartOf(object)),
    source: 'dual-stack-network-migration-guide.md (pods must be recreated); peers.md §1.1.1',
  };
}
