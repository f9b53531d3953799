import type { ComputeRequest } from './requests.ts';
import { at, listAt, textAt } from './stored.ts';

/**
 * Which changes of the project the product asked for. A list of ranges is sent whole and guarded by a fingerprint, so what the
 * last list leaves out, and goes, went by the product's hand.
 */
export class ProductsHand {
  readonly #deletedRoutes = new Set<string>();
  readonly #insertedRoutes = new Set<string>();
  /** By instance: the alias ranges of the last list sent. */
  readonly #aliasLists = new Map<string, ReadonlySet<string>>();
  /** By subnet: the names of the last list of secondary ranges sent. */
  readonly #rangeLists = new Map<string, ReadonlySet<string>>();
  readonly #flags = new Map<string, unknown>();
  readonly #stackTypes = new Map<string, unknown>();

  note({ verb, collection, name = '', body }: ComputeRequest): void {
    if (collection === 'routes' && verb === 'DELETE') this.#deletedRoutes.add(name);
    if (collection === 'routes' && verb === 'POST') this.#insertedRoutes.add(textAt(body, 'name'));
    if (collection === 'instances' && verb === 'PATCH' && at(body, 'aliasIpRanges') !== undefined) {
      this.#aliasLists.set(name, namesIn(body, 'aliasIpRanges', 'ipCidrRange'));
    }
    if (collection !== 'subnetworks' || verb !== 'PATCH') return;
    if (at(body, 'secondaryIpRanges') !== undefined) {
      this.#rangeLists.set(name, namesIn(body, 'secondaryIpRanges', 'rangeName'));
    }
    if (at(body, 'allowSubnetCidrRoutesOverlap') !== undefined) {
      this.#flags.set(name, at(body, 'allowSubnetCidrRoutesOverlap'));
    }
    if (at(body, 'stackType') !== undefined) this.#stackTypes.set(name, at(body, 'stackType'));
  }

  deletedRoute(name: string): boolean {
    return this.#deletedRoutes.has(name);
  }

  insertedRoute(name: string): boolean {
    return this.#insertedRoutes.has(name);
  }

  gaveAlias(instance: string, range: string): boolean {
    return this.#aliasLists.get(instance)?.has(range) === true;
  }

  tookAlias(instance: string, range: string): boolean {
    return this.#aliasLists.get(instance)?.has(range) === false;
  }

  tookRange(subnet: string, rangeName: string): boolean {
    return this.#rangeLists.get(subnet)?.has(rangeName) === false;
  }

  setFlag(subnet: string, allowed: boolean): boolean {
    return this.#flags.get(subnet) === allowed;
  }

  setStackType(subnet: string, stackType: string): boolean {
    return this.#stackTypes.get(subnet) === stackType;
  }
}

function namesIn(body: unknown, list: string, key: string): ReadonlySet<string> {
  return new Set(listAt(body, list).map((item) => textAt(item, key)));
}
