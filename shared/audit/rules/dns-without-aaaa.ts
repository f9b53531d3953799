import { type Facts, hands } from '../facts.ts';
import { askedName, type PublishedName, publishedNames } from '../published-names.ts';
import type { Finding } from '../report/schema.ts';
import type { Rule } from './rule.ts';

export const dnsWithoutAaaa: Rule = {
  title: 'Names that have an A record have an AAAA record.',
  needs: ['services', 'ingresses'],
  look: (facts) => publishedNames(facts).flatMap((published) => finding(published, facts)),
};

function finding(published: PublishedName, facts: Facts): Omit<Finding, 'rule'>[] {
  const said = whatIsMissing(published, facts);
  if (said === undefined) return [];
  return [
    {
      severity: 'warning',
      aim: 'dual-stack',
      whose: published.whose,
      object: published.object,
      what: said,
      why: 'Nobody is sent to an IPv6 address that no record names, and clients that have no IPv4 do not find it at all.',
      todo: hands(
        published.whose,
        'Add the AAAA record when what stands behind the name is reached over IPv6, and not before: clients try it first.',
      ),
      source: 'Kubernetes, "IPv4/IPv6 dual-stack"; dual-stack-network-migration-guide.md',
    },
  ];
}

/** What an object asks for counts more than what the DNS says, which may come late; undefined when both families are there. */
function whatIsMissing({ name, asks }: PublishedName, { names }: Facts): string | undefined {
  if (asks !== undefined) {
    return asks.has('IPv4') && !asks.has('IPv6')
      ? `It asks for IPv4 records of ${name} and for none of IPv6.`
      : undefined;
  }
  const answer = names?.get(askedName(name));
  if (answer?.kind !== 'answered' || !answer.ipv4 || answer.ipv6) return undefined;
  return `${name} has an A record and no AAAA record.`;
}
