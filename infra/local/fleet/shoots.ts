import { type LocalShoot, shootChange } from '../world/shoot-file.ts';
import type { Census } from './census.ts';
import { type ShootOrder, shootManifest } from './shoot-order.ts';
import { type FleetSurroundings, type ShootWorld, startShootWorld, type Traffic } from './shoot-world.ts';

/** Time in which what a migration did last could still do harm, before its shoot's world is judged. */
export const AFTERMATH_MS = 120_000;

/**
 * The worlds of a fleet's shoots. A world begins when it is looked at first, and ends when its shoot has been dual-stack for a
 * while: a thousand clusters that are at rest would cost more than those that migrate.
 */
export class Shoots {
  readonly #orders: ReadonlyMap<string, ShootOrder>;
  readonly #surroundings: FleetSurroundings;
  readonly #starting = new Map<string, Promise<ShootWorld>>();
  readonly #there = new Map<string, ShootWorld>();
  readonly #judged = new Map<string, Traffic>();
  readonly #over = new AbortController();

  constructor(orders: readonly ShootOrder[], surroundings: FleetSurroundings, census: Census) {
    this.#orders = new Map(orders.map((order) => [order.key, order]));
    this.#surroundings = surroundings;
    census.onStanding(({ shoot }, standing) => {
      if (standing === 'succeeded') void this.#endLater(shoot.key);
    });
  }

  /** Worlds that exist now. */
  get present(): number {
    return this.#there.size;
  }

  /** @throws Error when the fleet has no such shoot, or had one that is dual-stack. */
  async of(key: string): Promise<ShootWorld> {
    const order = this.#orderOf(key);
    if (this.#judged.has(key)) throw new Error(`the world of ${key} has ended: it is dual-stack`);
    const known = this.#starting.get(key);
    if (known !== undefined) return await known;
    const starting = startShootWorld(order, this.changeOf(key), this.#surroundings);
    this.#starting.set(key, starting);
    const world = await starting;
    this.#there.set(key, world);
    return world;
  }

  /** The change that makes the shoot dual-stack. */
  changeOf(key: string): LocalShoot {
    return shootChange(key, shootManifest(this.#orderOf(key)));
  }

  /** What the shoot's network saw, until now or until its world ended; nothing is lost where nothing was begun. */
  trafficOf(key: string): Traffic {
    return this.#judged.get(key) ?? this.#there.get(key)?.traffic() ?? { lostNodeSeconds: 0, unreached: 0 };
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await Promise.all([...this.#there.values()].map((world) => world.stop()));
    this.#there.clear();
  }

  async #endLater(key: string): Promise<void> {
    await this.#surroundings.clock.sleep(AFTERMATH_MS, this.#over.signal).catch(() => undefined);
    const world = this.#there.get(key);
    if (world === undefined || this.#over.signal.aborted) return;
    this.#judged.set(key, world.traffic());
    this.#there.delete(key);
    this.#starting.delete(key);
    await world.stop();
  }

  #orderOf(key: string): ShootOrder {
    const order = this.#orders.get(key);
    if (order === undefined) throw new Error(`the fleet has no shoot ${key}`);
    return order;
  }
}
