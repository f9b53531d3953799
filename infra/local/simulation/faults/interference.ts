import { parseCidr } from 'cidr-tools';
import { ipv4 } from '../../example/nodes.ts';
import { persistently } from './persistently.ts';
import { inSeconds, type Scene } from './scene.ts';
import { befall, type Which } from './which.ts';

/**
 * Somebody else changes the resource that a request is about, and changes it back, after the product read it and before the
 * request arrives: its fingerprint is another one. Of requests to patch subnetworks or NICs.
 */
export interface FingerprintChanged extends Which {
  readonly kind: 'fingerprint changed';
}

/**
 * The same, and it stays: another alias IP range lies on the NIC when the request arrives. Whoever sends the list again as it was read,
 * or with its own alias alone, takes it away.
 */
export interface AliasComesFirst extends Which {
  readonly kind: 'alias comes first';
}

/** A zone or region of the project cannot be reached for so many seconds: reads of it answer 503, lists leave it out or fail. */
export interface ScopeUnreachable {
  readonly kind: 'scope unreachable';
  readonly from: Which;
  /** `zones/europe-west1-b` or `regions/europe-west1`. */
  readonly scope: string;
  readonly seconds: number;
}

export type Interference = FingerprintChanged | AliasComesFirst | ScopeUnreachable;

export function armInterference(fault: Interference, scene: Scene): void {
  if (fault.kind === 'scope unreachable') {
    armUnreachable(fault, scene);
    return;
  }
  befall(scene, fault, ({ subject }) => {
    scene.struck();
    return async ({ carryOut }) => {
      await touched(subject, scene, fault.kind === 'alias comes first').catch(() => undefined);
      return await carryOut();
    };
  });
}

function armUnreachable({ from, scope, seconds }: ScopeUnreachable, scene: Scene): void {
  const { compute, clock } = scene.world;
  befall(scene, { ...from, count: 1 }, () => {
    compute.unreachable.add(scope);
    scene.struck(inSeconds(scene, seconds));
    void clock.sleep(seconds * 1_000).then(() => compute.unreachable.delete(scope));
    return undefined;
  });
}

/** What `fingerprint changed` gives a NIC and takes off again itself. */
export function passingAlias({ nodesCidr }: { readonly nodesCidr: string }): string {
  return `${ipv4(parseCidr(nodesCidr).end - 5n)}/32`;
}

async function touched(subject: string, scene: Scene, stays: boolean): Promise<void> {
  const { compute, example } = scene.world;
  const [, zone, instance] =
    /\/zones\/([^/]+)\/instances\/([^/]+)\/updateNetworkInterface/.exec(subject) ?? [];
  const [, region, subnet] = /\/regions\/([^/]+)\/subnetworks\/([^/?]+)/.exec(subject) ?? [];
  if (zone !== undefined && instance !== undefined) {
    const address = stays ? `${ipv4(parseCidr(example.nodesCidr).end - 6n)}/32` : passingAlias(example);
    const given = [{ ipCidrRange: address }];
    const set = async (own: typeof given) => {
      const [nic] = (await compute.actors.getInstance(zone, instance)).networkInterfaces;
      const others = (nic?.aliasIpRanges ?? []).filter(({ ipCidrRange }) => ipCidrRange !== address);
      await compute.actors.updateNetworkInterface(zone, instance, 'nic0', {
        fingerprint: nic?.fingerprint,
        aliasIpRanges: [...others, ...own],
      });
    };
    await persistently(scene, () => set(given));
    if (!stays) await persistently(scene, () => set([]));
  } else if (region !== undefined && subnet !== undefined) {
    const { fingerprint } = await compute.actors.getSubnetwork(region, subnet);
    await compute.actors.patchSubnetwork(region, subnet, { fingerprint, enableFlowLogs: true });
  }
}
