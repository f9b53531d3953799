import type { ComputeEvent, ComputeSimulator } from '../gce/index.ts';

/** What became of one shoot's routes, as the cloud saw it and not as the product tells it. */
export interface RouteWatch {
  readonly deletions: ReadonlyMap<string, number>;
  /** See `ShootObservation.cutoverGap`. */
  cutoverGap(): { readonly from: number; readonly to: number } | undefined;
}

const POD_ROUTE = 'k8s-node-route';

/** Follows the cloud's events from now on. */
export function watchRoutes(compute: Pick<ComputeSimulator, 'onEvent'>): RouteWatch {
  const deletions = new Map<string, number>();
  let firstDeletion: number | undefined;
  let lastCarrier = 0;
  compute.onEvent((event: ComputeEvent) => {
    switch (event.type) {
      case 'route-deleted':
        if (event.route.description !== POD_ROUTE) return;
        deletions.set(event.route.name, (deletions.get(event.route.name) ?? 0) + 1);
        firstDeletion ??= event.at;
        return;
      case 'route-inserted':
        if (event.route.description === POD_ROUTE) lastCarrier = event.at;
        return;
      case 'alias-added':
        lastCarrier = event.at;
    }
  });
  return {
    deletions,
    cutoverGap: () =>
      firstDeletion === undefined
        ? undefined
        : { from: firstDeletion, to: Math.max(firstDeletion, lastCarrier) },
  };
}
