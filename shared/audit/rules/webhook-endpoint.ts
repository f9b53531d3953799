import { ipv4Only } from '../callouts.ts';
import { type Facts, hands, whoseIs } from '../facts.ts';
import type { Webhooks } from '../objects/callouts.ts';
import type { Finding } from '../report/schema.ts';
import type { Rule } from './rule.ts';

export const webhookEndpoint: Rule = {
  title: 'Admission and conversion webhooks are reached over IPv6.',
  needs: ['services', 'validatingWebhooks', 'mutatingWebhooks', 'crds'],
  look: (facts) => [
    ...(facts.validatingWebhooks ?? []).flatMap((each) =>
      finding('ValidatingWebhookConfiguration', each, facts),
    ),
    ...(facts.mutatingWebhooks ?? []).flatMap((each) => finding('MutatingWebhookConfiguration', each, facts)),
    ...conversions(facts),
  ],
};

const SOURCE =
  'kubernetes-ipv6-architecture.md (Dependency Mapping); Kubernetes, "Dynamic Admission Control"';
const NOT_YET_NEEDED =
  'Nothing for dual-stack: the API server calls the first address of a Service, which stays IPv4. On the way to IPv6-only, make the Service dual-stack, or name a host with an AAAA record.';

function finding(kind: string, { metadata, webhooks }: Webhooks, facts: Facts): Omit<Finding, 'rule'>[] {
  const reached = webhooks.flatMap(({ name, clientConfig, failurePolicy }) => {
    const how = ipv4Only(clientConfig, facts);
    return how === undefined ? [] : [{ name, how, fails: failurePolicy !== 'Ignore' }];
  });
  if (reached.length === 0) return [];
  const whose = whoseIs(metadata, facts);
  return [
    {
      severity: 'notice',
      aim: 'ipv6-only',
      whose,
      object: { apiVersion: 'admissionregistration.k8s.io/v1', kind, name: metadata.name },
      what: `${reached.map(({ name, how }) => `${name} is called at ${how}`).join('; ')}.`,
      why: reached.some(({ fails }) => fails)
        ? 'An API server that does not reach it refuses every request that it is asked about (failurePolicy Fail).'
        : 'An API server that does not reach it goes on without it (failurePolicy Ignore), so that what it checks is not checked.',
      todo: hands(whose, NOT_YET_NEEDED),
      source: SOURCE,
    },
  ];
}

function conversions(facts: Facts): Omit<Finding, 'rule'>[] {
  return (facts.crds ?? []).flatMap(({ metadata, spec }) => {
    const how = ipv4Only(spec.conversion?.webhook?.clientConfig ?? {}, facts);
    if (how === undefined) return [];
    const whose = whoseIs(metadata, facts);
    return [
      {
        severity: 'notice' as const,
        aim: 'ipv6-only' as const,
        whose,
        object: {
          apiVersion: 'apiextensions.k8s.io/v1',
          kind: 'CustomResourceDefinition',
          name: metadata.name,
        },
        what: `Its conversion webhook is called at ${how}.`,
        why: 'An API server that does not reach it can neither read nor write its objects in another version than the stored one.',
        todo: hands(whose, NOT_YET_NEEDED),
        source: SOURCE,
      },
    ];
  });
}
