import type { Instance } from '../../gce/index.ts';
import type { ComputeAnswer } from './requests.ts';
import { at, listAt, textAt } from './stored.ts';

/** Which alias ranges are on NICs, and which of them an answer to the product has shown there since. */
export class ShownAliases {
  readonly #present = new Set<string>();
  readonly #shown = new Set<string>();

  came(instance: string, range: string): void {
    this.#present.add(`${instance} ${range}`);
  }

  instanceCame({ name, networkInterfaces }: Instance): void {
    for (const { ipCidrRange } of networkInterfaces[0]?.aliasIpRanges ?? []) this.came(name, ipCidrRange);
  }

  went(instance: string, range: string): void {
    this.#present.delete(`${instance} ${range}`);
    this.#shown.delete(`${instance} ${range}`);
  }

  /** An instance, a list of them, or an aggregated list, as it was answered. */
  read({ status, body }: ComputeAnswer): void {
    if (status !== 200) return;
    const items = at(body, 'items');
    if (Array.isArray(items)) for (const item of items) this.#readOne(item);
    else if (typeof items === 'object' && items !== null) {
      for (const scope of Object.values(items))
        for (const item of listAt(scope, 'instances')) this.#readOne(item);
    } else this.#readOne(body);
  }

  isThere(instance: string, range: string): boolean {
    return this.#present.has(`${instance} ${range}`);
  }

  /** Why the alias cannot be relied on; undefined when it can. */
  lacking(instance: string, range: string): string | undefined {
    const key = `${instance} ${range}`;
    if (!this.isThere(instance, range)) return `${instance} does not have ${range} as an alias IP range`;
    return this.#shown.has(key) ? undefined : `no answer has shown the alias ${range} on ${instance} since`;
  }

  #readOne(instance: unknown): void {
    const name = textAt(instance, 'name');
    for (const alias of listAt(instance, 'networkInterfaces', 0, 'aliasIpRanges')) {
      const key = `${name} ${textAt(alias, 'ipCidrRange')}`;
      if (this.#present.has(key)) this.#shown.add(key);
    }
  }
}
