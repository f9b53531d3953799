import { z } from 'zod';
import { Api, type ApiSettings } from '../../compute/google/api.ts';
import { nameOf } from '../../compute/google/links.ts';
import { allPages, PAGE_SIZE, refuseIncomplete, warningSchema } from '../../compute/google/pages.ts';
import type { VpcFirewall, VpcFirewallRule } from '../firewall.ts';

const protocolsSchema = z
  .array(z.object({ IPProtocol: z.string(), ports: z.array(z.string()).nullish() }))
  .nullish()
  .transform((protocols) =>
    (protocols ?? []).map(({ IPProtocol, ports }) => ({
      protocol: IPProtocol.toLowerCase(),
      ports: ports ?? [],
    })),
  );

const list = z
  .array(z.string())
  .nullish()
  .transform((items) => items ?? []);

const ruleSchema = z.object({
  name: z.string(),
  network: z.string(),
  direction: z.string().nullish(),
  priority: z.number().nullish(),
  disabled: z.boolean().nullish(),
  sourceRanges: list,
  destinationRanges: list,
  sourceTags: list,
  sourceServiceAccounts: list,
  targetTags: list,
  targetServiceAccounts: list,
  allowed: protocolsSchema,
  denied: protocolsSchema,
});

const listSchema = z.object({ items: z.array(ruleSchema).default([]), warning: warningSchema });

/** Of the API when a rule states none. */
const DEFAULT_PRIORITY = 1000;

/** The port {@link VpcFirewall} over Compute Engine's v1 API. */
export function googleVpcFirewall(settings: ApiSettings, network: string): VpcFirewall {
  const api = new Api(settings);
  const { project, clients } = api;
  return {
    project,
    network,
    /** Without a server-side filter: one that is understood differently would hide rules. */
    async rules() {
      const call = `firewalls.list ${network}`;
      const all = await allPages(
        api,
        call,
        async (pageToken, options) => {
          const request = { project, maxResults: PAGE_SIZE, ...(pageToken !== undefined && { pageToken }) };
          const [, , answer] = await (await clients.firewalls()).list(request, options);
          return answer;
        },
        (answer) => {
          const { items, warning } = api.understood(call, listSchema, answer);
          refuseIncomplete(call, warning);
          return items;
        },
      );
      return all.filter((rule) => nameOf(rule.network) === network).map(ruleOf);
    },
  };
}

function ruleOf(rule: z.output<typeof ruleSchema>): VpcFirewallRule {
  // Sources by tag or service account are instances of the network; they stand beside ranges, and let nobody else in.
  return {
    name: rule.name,
    network: nameOf(rule.network),
    direction: rule.direction === 'EGRESS' ? 'EGRESS' : 'INGRESS',
    priority: rule.priority ?? DEFAULT_PRIORITY,
    disabled: rule.disabled ?? false,
    action: rule.denied.length > 0 ? 'deny' : 'allow',
    protocols: rule.denied.length > 0 ? rule.denied : rule.allowed,
    sources: rule.sourceRanges,
    destinations: rule.destinationRanges,
    targets: [...rule.targetTags, ...rule.targetServiceAccounts],
  };
}
