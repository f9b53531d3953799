import pLimit from 'p-limit';
import type { z } from 'zod';
import type { AuditedCluster } from './cluster.ts';
import type { FactName } from './facts.ts';
import type { VpcFirewall, VpcFirewallRule } from './firewall.ts';
import type { Kind, KindName } from './kinds.ts';
import type { LookUp, NameAnswer } from './names.ts';

const NAMES_AT_ONCE = 20;
/** More names than this are not asked for: it is somebody else's DNS. */
const MOST_NAMES = 1_000;

/** Keeps the list of what was looked at and what was not, while it is looked at. */
export class Notes {
  readonly lookedAt: { what: string; objects: number }[] = [];
  readonly notLookedAt: { what: string; why: string }[] = [];
  readonly absent = new Map<FactName, string>();

  /** The objects of a kind; undefined where they could not be had. */
  async listed<Schema extends z.ZodType>(
    cluster: AuditedCluster,
    fact: KindName,
    kind: Kind<Schema>,
  ): Promise<readonly z.output<Schema>[] | undefined> {
    const answer = await cluster.list(kind, (raw) => kind.schema.parse(raw));
    if (answer.kind === 'listed') {
      this.lookedAt.push({ what: kind.name, objects: answer.items.length });
      for (const { name, why } of answer.strange)
        this.#missed(`${kind.name}: ${name}`, `it was not understood: ${why}`);
      return answer.items;
    }
    const why = answer.kind === 'not served' ? 'the cluster has no such kind' : answer.why;
    this.#missed(kind.name, why);
    this.absent.set(fact, why);
    return undefined;
  }

  /** Policies that are not understood here are worth a word only where there are some, or where they cannot be seen. */
  async counted(cluster: AuditedCluster, kind: Kind): Promise<void> {
    const answer = await cluster.list(kind, (raw) => kind.schema.parse(raw));
    if (answer.kind === 'not to be had') this.#missed(kind.name, answer.why);
    if (answer.kind !== 'listed') return;
    const objects = answer.items.length + answer.strange.length;
    if (objects === 0) return;
    this.#missed(
      `${objects} ${kind.name}`,
      'only NetworkPolicies of networking.k8s.io are understood; see to the ranges in these yourself',
    );
  }

  async firewall(firewall: VpcFirewall | undefined): Promise<readonly VpcFirewallRule[] | undefined> {
    if (firewall === undefined) {
      this.#missed(
        'the firewall',
        'no project was named: who gets in to nodes and pods over IPv6 is not known',
      );
      this.absent.set('firewall', 'no project was named');
      return undefined;
    }
    const { project, network } = firewall;
    try {
      const rules = await firewall.rules();
      this.lookedAt.push({ what: `VPC firewall rules of ${network} in ${project}`, objects: rules.length });
      this.#missed(
        'firewall policies',
        'those of the organisation, its folders and the network are not read: they may deny what a rule allows, and the other way round',
      );
      return rules;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#missed(`VPC firewall rules of ${network} in ${project}`, why);
      this.absent.set('firewall', why);
      return undefined;
    }
  }

  async names(
    wanted: readonly string[],
    lookUp: LookUp | undefined,
  ): Promise<ReadonlyMap<string, NameAnswer> | undefined> {
    if (lookUp === undefined) {
      this.#missed('DNS', 'names were not to be looked up');
      this.absent.set('names', 'names were not to be looked up');
      return undefined;
    }
    const limit = pLimit(NAMES_AT_ONCE);
    const asked = wanted.slice(0, MOST_NAMES);
    const answers = await Promise.all(
      asked.map((name) => limit(async (): Promise<[string, NameAnswer]> => [name, await lookUp(name)])),
    );
    this.lookedAt.push({ what: 'names in the DNS', objects: asked.length });
    for (const [name, answer] of answers) {
      if (answer.kind === 'no answer') this.#missed(`the DNS name ${name}`, answer.why);
    }
    if (wanted.length > asked.length) {
      this.#missed(`${wanted.length - asked.length} DNS names`, `more than ${MOST_NAMES} are not looked up`);
    }
    return new Map(answers);
  }

  #missed(what: string, why: string): void {
    this.notLookedAt.push({ what, why });
  }
}
