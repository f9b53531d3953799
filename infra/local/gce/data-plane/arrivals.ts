import type { Block } from '../core/addresses.ts';
import type { ComputeEvent } from '../core/events.ts';
import type { Project } from '../core/project.ts';
import type { Subnetwork } from '../core/resources.ts';
import type { Span } from '../core/span.ts';
import { drawn } from '../core/span.ts';
import type { Fabric } from './fabric.ts';

/** How long a change takes from the API to the hosts of the network, in simulated milliseconds, by what changed. */
export interface Propagation {
  readonly route: Span;
  /** Alias ranges and everything else about an instance. */
  readonly instance: Span;
  /** Ranges, the overlap flag and everything else about a subnetwork. */
  readonly subnetwork: Span;
}

/** "Eventually consistent" and without a published figure (make-before-break.md §7): an estimate. */
export const DEFAULT_PROPAGATION: Propagation = {
  route: { min: 500, max: 2_000 },
  instance: { min: 500, max: 3_000 },
  subnetwork: { min: 500, max: 2_000 },
};

/** Called when the network has learned of a change: the blocks touched, and the name of the instance, if it was one. */
export type Learned = (touched: readonly Block[], instance?: string) => void;

/** Shows the fabric the project as it is, and from then on every change after its propagation delay. */
export function followProject(
  project: Project,
  fabric: Fabric,
  propagation: Propagation,
  learned: Learned,
): void {
  for (const [path, subnetwork] of project.subnetworks.entries())
    fabric.putSubnetwork(path, subnetwork, true);
  for (const [path, instance] of project.instances.entries()) fabric.putInstance(path, instance);
  for (const [path, route] of project.routes.entries()) fabric.putRoute(path, route);
  const arrivals = new Arrivals(project, fabric, propagation, learned);
  project.onEvent((event) => arrivals.follow(event));
}

class Arrivals {
  readonly #project: Project;
  readonly #fabric: Fabric;
  readonly #propagation: Propagation;
  readonly #learned: Learned;
  /** When the last change of each resource arrives: changes of one resource do not overtake each other. */
  readonly #last = new Map<string, number>();

  constructor(project: Project, fabric: Fabric, propagation: Propagation, learned: Learned) {
    this.#project = project;
    this.#fabric = fabric;
    this.#propagation = propagation;
    this.#learned = learned;
  }

  follow(event: ComputeEvent): void {
    const { route: routeSpan, instance: instanceSpan, subnetwork: subnetworkSpan } = this.#propagation;
    switch (event.type) {
      case 'route-inserted':
      case 'route-deleted': {
        const { route, type } = event;
        const path = this.#project.pathOf(route);
        this.#arrive(path, routeSpan, () =>
          this.#learned(
            type === 'route-inserted' ? this.#fabric.putRoute(path, route) : this.#fabric.removeRoute(path),
          ),
        );
        break;
      }
      case 'subnetwork-deleted': {
        const path = this.#project.pathOf(event.subnetwork);
        this.#arrive(path, subnetworkSpan, () => this.#learned(this.#fabric.removeSubnetwork(path)));
        break;
      }
      case 'subnetwork-inserted':
      case 'range-added':
      case 'range-removed':
      case 'overlap-flag-changed':
      case 'stack-type-changed':
        this.#subnetworkArrives(event.subnetwork, event.type === 'range-added');
        break;
      case 'instance-deleted': {
        const { instance } = event;
        const path = this.#project.pathOf(instance);
        this.#arrive(path, instanceSpan, () =>
          this.#learned(this.#fabric.removeInstance(path), instance.name),
        );
        break;
      }
      case 'instance-inserted':
      case 'instance-status-changed':
      case 'alias-added':
      case 'alias-removed': {
        const { instance } = event;
        const path = this.#project.pathOf(instance);
        this.#arrive(path, instanceSpan, () =>
          this.#learned(this.#fabric.putInstance(path, instance), instance.name),
        );
        break;
      }
      default:
        break;
    }
  }

  /** With a transient, the fallback to routes begins later than a new range is seen (make-before-break.md §4). */
  #subnetworkArrives(subnetwork: Subnetwork, rangeAdded: boolean): void {
    const path = this.#project.pathOf(subnetwork);
    const transient = rangeAdded ? this.#project.switches.hybridTransientMs : 0;
    const arrival = this.#arrive(path, this.#propagation.subnetwork, () =>
      this.#learned(this.#fabric.putSubnetwork(path, subnetwork, transient === 0)),
    );
    if (transient === 0) return;
    this.#project.timeline.at(arrival + transient, () => {
      const seen = this.#fabric.subnetwork(path);
      if (seen !== undefined) this.#learned(this.#fabric.putSubnetwork(path, seen.subnetwork, true));
    });
  }

  /** Makes the change known after its delay, and returns when that is. */
  #arrive(resource: string, span: Span, learn: () => void): number {
    const { timeline, random } = this.#project;
    const arrival = Math.max(timeline.now() + drawn(random, span), this.#last.get(resource) ?? 0);
    this.#last.set(resource, arrival);
    if (arrival === timeline.now()) learn();
    else timeline.at(arrival, learn);
    return arrival;
  }
}
