import { z } from 'zod';
import type { Compute, FirewallRule } from '../compute.ts';
import { ComputeUnavailable, ResourceNotFound } from '../errors.ts';
import type { Api } from './api.ts';
import { nameOf } from './links.ts';
import { isAlreadyThere } from './refusals.ts';

const PRIORITY = 1000;

const firewallSchema = z.object({
  name: z.string(),
  network: z.string(),
  direction: z.string().nullish(),
  priority: z.number().nullish(),
  disabled: z.boolean().nullish(),
  sourceRanges: z.array(z.string()).default([]),
  allowed: z.array(z.object({ IPProtocol: z.string(), ports: z.array(z.string()).default([]) })).default([]),
  denied: z.array(z.unknown()).default([]),
  destinationRanges: z.array(z.string()).default([]),
  sourceTags: z.array(z.string()).default([]),
  targetTags: z.array(z.string()).default([]),
  sourceServiceAccounts: z.array(z.string()).default([]),
  targetServiceAccounts: z.array(z.string()).default([]),
});
type FirewallAnswer = z.output<typeof firewallSchema>;

/** Firewall rules: global, without fingerprints. */
export function googleFirewalls(
  api: Api,
): Pick<Compute, 'firewallRule' | 'putFirewallRule' | 'deleteFirewallRule'> {
  const { project, clients } = api;

  async function find(firewall: string): Promise<FirewallAnswer | undefined> {
    const call = `firewalls.get ${firewall}`;
    try {
      const [answer] = await api.read(call, async (options) =>
        (await clients.firewalls()).get({ project, firewall }, options),
      );
      return api.understood(call, firewallSchema, answer);
    } catch (error) {
      if (error instanceof ResourceNotFound) return undefined;
      throw error;
    }
  }

  async function replace(rule: FirewallRule, present: FirewallAnswer): Promise<void> {
    const { name: firewall } = rule;
    if (!isNarrowed(present)) {
      const request = { project, firewall, firewallResource: mutableFields(rule) };
      await api.change(`firewalls.patch ${firewall}`, async (requestId, options) =>
        (await clients.firewalls()).patch({ ...request, requestId }, options),
      );
      return;
    }
    // A PATCH cannot take tags and the like away: the client never sends an empty list (gcp-compute-semantics.md §6.6).
    // PUT can, what it does not name is gone; but so would be a description or a log setting, hence only where needed.
    const request = { project, firewall, firewallResource: wholeRule(project, rule) };
    await api.change(`firewalls.update ${firewall}`, async (requestId, options) =>
      (await clients.firewalls()).update({ ...request, requestId }, options),
    );
  }

  return {
    async firewallRule(name) {
      const answer = await find(name);
      return answer === undefined ? undefined : ruleOf(answer);
    },

    async putFirewallRule(rule) {
      const present = await find(rule.name);
      if (present !== undefined) {
        if (!isAsWanted(present, rule)) await replace(rule, present);
        return;
      }
      const firewallResource = wholeRule(project, rule);
      try {
        await api.change(`firewalls.insert ${rule.name}`, async (requestId, options) =>
          (await clients.firewalls()).insert({ project, firewallResource, requestId }, options),
        );
      } catch (error) {
        if (!isAlreadyThere(error)) throw error;
        const other = await find(rule.name);
        if (other === undefined) {
          throw new ComputeUnavailable(`firewalls.insert ${rule.name}`, 'it is still being created', {
            cause: error,
          });
        }
        if (!isAsWanted(other, rule)) await replace(rule, other);
      }
    },

    async deleteFirewallRule(firewall) {
      try {
        await api.change(`firewalls.delete ${firewall}`, async (requestId, options) =>
          (await clients.firewalls()).delete({ project, firewall, requestId }, options),
        );
      } catch (error) {
        if (!(error instanceof ResourceNotFound)) throw error;
      }
    },
  };
}

function isAsWanted(present: FirewallAnswer, wanted: FirewallRule): boolean {
  return (
    isOfThisForm(present) &&
    nameOf(present.network) === wanted.network &&
    allowanceOf(ruleOf(present)) === allowanceOf(wanted)
  );
}

/** Ingress for all instances, at the one priority, in force. */
function isOfThisForm(present: FirewallAnswer): boolean {
  return !isNarrowed(present) && present.priority === PRIORITY && !present.disabled;
}

/** Does other things, or less, than what its sources and protocols say. */
function isNarrowed(present: FirewallAnswer): boolean {
  const narrowing = [
    present.denied,
    present.destinationRanges,
    present.sourceTags,
    present.targetTags,
    present.sourceServiceAccounts,
    present.targetServiceAccounts,
  ];
  return present.direction !== 'INGRESS' || narrowing.some((list) => list.length > 0);
}

/** The same for rules that allow the same: the order of sources, protocols and ports means nothing. */
function allowanceOf({ sources, allowed }: FirewallRule): string {
  const protocols = allowed.map(({ protocol, ports = [] }) => [protocol, sortedSet(ports)].join(':'));
  return `${sortedSet(sources)} ${sortedSet(protocols)}`;
}

function sortedSet(items: readonly string[]): string {
  return [...new Set(items)].sort().join(',');
}

function wholeRule(project: string, rule: FirewallRule) {
  const network = `projects/${project}/global/networks/${rule.network}`;
  return { name: rule.name, network, direction: 'INGRESS', ...mutableFields(rule) };
}

function mutableFields({ sources, allowed }: FirewallRule) {
  return {
    priority: PRIORITY,
    disabled: false,
    sourceRanges: [...sources],
    allowed: allowed.map(({ protocol, ports }) => ({
      IPProtocol: protocol,
      ...(ports !== undefined && { ports: [...ports] }),
    })),
  };
}

/** A rule of another form lets nothing in that a caller may count on, and shows so. */
function ruleOf(present: FirewallAnswer): FirewallRule {
  const allowed = isOfThisForm(present) ? present.allowed : [];
  return {
    name: present.name,
    network: nameOf(present.network),
    sources: present.sourceRanges,
    allowed: allowed.map(({ IPProtocol, ports }) => ({
      protocol: IPProtocol,
      ...(ports.length > 0 && { ports }),
    })),
  };
}
