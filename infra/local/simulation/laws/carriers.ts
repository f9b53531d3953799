import { lastSegment } from '../../gce/core/links.ts';
import type { Instance, Resources, Route } from '../../gce/index.ts';

/** What carries a node's pod CIDR to it, as the API shows it: routes to its VM, and alias ranges on the VM's own NIC. */
export class Carriers {
  readonly #carriers = new Map<string, Set<string>>();

  constructor(resources: Pick<Resources, 'routes' | 'instances'>) {
    for (const route of resources.routes.values()) this.routeCame(route);
    for (const instance of resources.instances.values()) this.instanceCame(instance);
  }

  of(instance: string, podCidr: string): ReadonlySet<string> {
    return this.#carriers.get(`${instance} ${podCidr}`) ?? NONE;
  }

  routeCame({ name, destRange, nextHopInstance }: Route): void {
    if (nextHopInstance !== undefined) this.#of(lastSegment(nextHopInstance), destRange).add(`route ${name}`);
  }

  routeWent({ name, destRange, nextHopInstance }: Route): void {
    if (nextHopInstance !== undefined) {
      this.#of(lastSegment(nextHopInstance), destRange).delete(`route ${name}`);
    }
  }

  instanceCame({ name, networkInterfaces }: Instance): void {
    for (const { ipCidrRange } of networkInterfaces[0]?.aliasIpRanges ?? [])
      this.aliasCame(name, ipCidrRange);
  }

  aliasCame(instance: string, range: string): void {
    this.#of(instance, range).add('alias');
  }

  aliasWent(instance: string, range: string): void {
    this.#of(instance, range).delete('alias');
  }

  #of(instance: string, podCidr: string): Set<string> {
    const key = `${instance} ${podCidr}`;
    const carriers = this.#carriers.get(key) ?? new Set();
    this.#carriers.set(key, carriers);
    return carriers;
  }
}

const NONE: ReadonlySet<string> = new Set();
