import { shootManifest, shootOrder } from '../../fleet/shoot-order.ts';

/** As shoots of a fleet are, but their steps may begin at any time. */
export function shootWithoutWindow(index: number): object {
  const order = shootOrder(index, { shoots: 100_000, nodes: 1 });
  const manifest = shootManifest(order);
  return { ...manifest, spec: { ...manifest.spec, maintenance: {} } };
}
