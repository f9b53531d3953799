import { type Block, ipv4Block } from '../../gce/core/addresses.ts';
import type { Gap } from '../../gce/data-plane/outages.ts';
import type { ComputeEvent, Instance } from '../../gce/index.ts';
import type { Fault } from '../faults/fault.ts';
import type { Scene } from './scene.ts';

/**
 * What others take off a NIC while an act of the product goes on, which may begin something for a minute after it has looked, is
 * seen by the look that follows and not before. Longer by as much as the case keeps requests on their way.
 */
const TAKEN_LATELY_MS = 60_000;

/** From a deletion's being asked for to its effect. */
export const DELETION_MS = 60_000;

/** Between a decision and its effect: these keep it waiting for their `seconds`. */
const KEEPS_WAITING: ReadonlySet<Fault['kind']> = new Set([
  'late commit',
  'operation hangs',
  'slow request',
  'slow server',
  'standstill',
]);

interface Disturbance {
  readonly at: number;
  /** The VM concerned, or addresses whose packets may go elsewhere. */
  readonly instance?: string;
  readonly block?: Block;
}

/** What others than the product changed about carriers and VMs. */
export class Disturbances {
  readonly #scene: Pick<Scene, 'hand' | 'world'>;
  readonly #takenLatelyMs: number;
  readonly #seen: Disturbance[] = [];
  readonly #podCidrs = new Map<string, string>();
  /** When others took an alias IP range off an instance. */
  readonly #aliasTakenAt = new Map<string, readonly number[]>();
  /** Ranges that others took off, with the instance that had them. */
  readonly #taken = new Map<string, string>();
  readonly #dispossessed = new Set<string>();

  constructor(scene: Pick<Scene, 'hand' | 'world' | 'theCase'>) {
    this.#scene = scene;
    this.#takenLatelyMs = TAKEN_LATELY_MS + 1_000 * secondsOnTheWay(scene.theCase.faults);
    this.#noteLiveNodes();
  }

  changed(event: ComputeEvent): void {
    if (event.type === 'alias-removed') this.#noteTaken(event, event.alias.ipCidrRange);
    if (event.type === 'instance-inserted') this.#noteGivenAway(event.instance);
    if (event.type === 'instance-status-changed' || event.type === 'instance-deleted') {
      this.#seen.push({ at: event.at, instance: event.instance.name });
    } else for (const range of this.#rangesMovedByOthers(event)) this.#note(event.at, range);
  }

  /** Whether something of this node was moved by others shortly before the gap began, so that the network took it in then. */
  explain({ node, from }: Gap, withinMs: number): boolean {
    if (this.#seen.length === 0) return false;
    this.#noteLiveNodes();
    const own = ipv4Block(this.#podCidrs.get(node) ?? '');
    return this.#seen.some(({ at, instance, block }) => {
      if (at > from || at < from - withinMs) return false;
      if (instance !== undefined) return instance === node;
      return own !== undefined && block !== undefined && block.start <= own.end && own.start <= block.end;
    });
  }

  /** Whether others took an alias IP range off the instance so shortly before that no look can have shown it; `spare` is added. */
  aliasTakenLately(instance: string, at: number, spareMs = 0): boolean {
    const times = this.#aliasTakenAt.get(instance) ?? [];
    return times.some((takenAt) => takenAt <= at && at <= takenAt + this.#takenLatelyMs + spareMs);
  }

  /** Whether a new VM was given the range that others had taken off this one: it cannot have it back. */
  isDispossessed(instance: string): boolean {
    return this.#dispossessed.has(instance);
  }

  #noteTaken(
    { at, instance }: { readonly at: number; readonly instance: { readonly name: string } },
    range: string,
  ): void {
    if (this.#scene.hand.tookAlias(instance.name, range)) return;
    this.#aliasTakenAt.set(instance.name, [...(this.#aliasTakenAt.get(instance.name) ?? []), at]);
    this.#taken.set(range, instance.name);
  }

  #noteGivenAway({ networkInterfaces }: Instance): void {
    for (const { ipCidrRange } of networkInterfaces[0]?.aliasIpRanges ?? []) {
      const owner = this.#taken.get(ipCidrRange);
      if (owner !== undefined) this.#dispossessed.add(owner);
    }
  }

  #rangesMovedByOthers(event: ComputeEvent): readonly string[] {
    const { hand } = this.#scene;
    switch (event.type) {
      case 'route-inserted':
        return hand.insertedRoute(event.route.name) ? [] : [event.route.destRange];
      case 'route-deleted':
        return hand.deletedRoute(event.route.name) ? [] : [event.route.destRange];
      case 'alias-added':
        return hand.gaveAlias(event.instance.name, event.alias.ipCidrRange) ? [] : [event.alias.ipCidrRange];
      case 'alias-removed':
        return hand.tookAlias(event.instance.name, event.alias.ipCidrRange) ? [] : [event.alias.ipCidrRange];
      case 'instance-inserted': {
        const [nic] = event.instance.networkInterfaces;
        return (nic?.aliasIpRanges ?? []).map(({ ipCidrRange }) => ipCidrRange);
      }
      default:
        return [];
    }
  }

  #note(at: number, range: string): void {
    this.#noteLiveNodes();
    const block = ipv4Block(range);
    if (block !== undefined) this.#seen.push({ at, block });
  }

  #noteLiveNodes(): void {
    for (const { instance, podCidr } of this.#scene.world.compute.dataPlane.liveNodes()) {
      this.#podCidrs.set(instance, podCidr);
    }
  }
}

function secondsOnTheWay(faults: readonly Fault[]): number {
  return faults.reduce((sum, fault) => {
    const waits = KEEPS_WAITING.has(fault.kind) && 'seconds' in fault ? (fault.seconds ?? 0) : 0;
    return sum + waits;
  }, 0);
}
