import { parseCidr } from 'cidr-tools';
import { ipv4 } from '../../example/nodes.ts';
import { persistently } from './persistently.ts';
import { inSeconds, type PresentNode, presentNode, type Scene } from './scene.ts';
import { atMoment, type Moment } from './which.ts';

/** Somebody else gives a node's NIC another alias IP range, for so many seconds or for good. */
export interface ForeignAlias {
  readonly kind: 'foreign alias';
  readonly moment: Moment;
  /** Place among the VMs of that moment, counted round and round. */
  readonly node: number;
  readonly forSeconds?: number;
}

/**
 * Somebody else takes the alias IP ranges out of the pods' range off a node's NIC, sees what that does, and gives them back so many
 * seconds later. A node that has none keeps its NIC as it is.
 */
export interface AliasTakenOff {
  readonly kind: 'alias taken off';
  readonly moment: Moment;
  readonly node: number;
  readonly forSeconds: number;
}

/** Somebody else gives the nodes subnet another secondary range, outside the pods' range, for so many seconds or for good. */
export interface ForeignRange {
  readonly kind: 'foreign range';
  readonly moment: Moment;
  readonly forSeconds?: number;
}

/**
 * Somebody else makes a route in the network: far from the pods' range, into a free part of it, or to a node's own pod CIDR
 * beside that node's route.
 */
export interface ForeignRoute {
  readonly kind: 'foreign route';
  readonly moment: Moment;
  readonly to: 'elsewhere' | 'free pod addresses' | 'pod CIDR of a node';
  /** Place among the VMs of that moment of the one that is its next hop, and whose pod CIDR may be meant. */
  readonly node: number;
  readonly forSeconds?: number;
}

export type Stranger = ForeignAlias | AliasTakenOff | ForeignRange | ForeignRoute;

/** What comes, and may go again. */
type Comer = Exclude<Stranger, AliasTakenOff>;

export function armStranger(fault: Stranger, scene: Scene): void {
  atMoment(scene, fault.moment, () => {
    scene.struck(fault.forSeconds === undefined ? undefined : inSeconds(scene, fault.forSeconds));
    void (fault.kind === 'alias taken off' ? takeOff(fault, scene) : come(fault, scene)).catch(
      () => undefined,
    );
  });
}

/** Comes, tries again for a while where something else is under way, and goes. */
async function come(fault: Comer, scene: Scene): Promise<void> {
  const { clock } = scene.world;
  const node = presentNode(scene, 'node' in fault ? fault.node : 0);
  if (node === undefined) return;
  await persistently(scene, () => appear(fault, scene, node));
  scene.struck();
  if (fault.forSeconds === undefined) return;
  await clock.sleep(fault.forSeconds * 1_000);
  await persistently(scene, () => vanish(fault, scene, node));
  scene.struck();
}

async function takeOff({ node: place, forSeconds }: AliasTakenOff, scene: Scene): Promise<void> {
  const node = presentNode(scene, place);
  if (node === undefined) return;
  let taken: readonly Alias[] = [];
  await persistently(scene, () =>
    changeAliases(scene, node, (all) => {
      taken = all.filter(({ ipCidrRange }) => ipCidrRange === node.podCidr);
      return all.filter((alias) => !taken.includes(alias));
    }),
  );
  scene.struck(inSeconds(scene, forSeconds));
  if (taken.length === 0) return;
  await scene.world.clock.sleep(forSeconds * 1_000);
  await persistently(scene, () =>
    changeAliases(scene, node, (all) => {
      const lacking = taken.filter((one) => !all.some(({ ipCidrRange }) => ipCidrRange === one.ipCidrRange));
      return [...all, ...lacking];
    }),
  );
  scene.struck();
}

const ALIEN = 'not-of-gardener';
const ALIEN_RANGE = '10.199.0.0/20';

async function appear(fault: Comer, scene: Scene, node: PresentNode): Promise<unknown> {
  const { compute, example } = scene.world;
  switch (fault.kind) {
    case 'foreign alias':
      return await changeAliases(scene, node, (others) => [...others, alienAlias(scene, fault.node)]);
    case 'foreign range':
      return await changeRanges(scene, (others) => [
        ...others,
        { rangeName: ALIEN, ipCidrRange: ALIEN_RANGE },
      ]);
    case 'foreign route': {
      const { project, network } = example;
      return await compute.actors.insertRoute({
        name: routeName(fault),
        network: `projects/${project}/global/networks/${network}`,
        destRange: destinationOf(fault, scene, node),
        priority: 900,
        description: 'made by hand',
        nextHopInstance: `projects/${project}/zones/${node.zone}/instances/${node.name}`,
      });
    }
  }
}

async function vanish(fault: Comer, scene: Scene, node: PresentNode): Promise<unknown> {
  switch (fault.kind) {
    case 'foreign alias': {
      const { ipCidrRange } = alienAlias(scene, fault.node);
      return await changeAliases(scene, node, (all) =>
        all.filter((alias) => alias.ipCidrRange !== ipCidrRange),
      );
    }
    case 'foreign range':
      return await changeRanges(scene, (all) => all.filter(({ rangeName }) => rangeName !== ALIEN));
    case 'foreign route':
      return await scene.world.compute.actors.deleteRoute(routeName(fault));
  }
}

interface Alias {
  readonly ipCidrRange: string;
  readonly subnetworkRangeName?: string | undefined;
}

async function changeAliases(
  scene: Scene,
  { name, zone }: PresentNode,
  change: (aliases: readonly Alias[]) => readonly Alias[],
): Promise<void> {
  const { actors } = scene.world.compute;
  const [nic] = (await actors.getInstance(zone, name)).networkInterfaces;
  await actors.updateNetworkInterface(zone, name, 'nic0', {
    fingerprint: nic?.fingerprint,
    aliasIpRanges: change(nic?.aliasIpRanges ?? []),
  });
}

interface Range {
  readonly rangeName: string;
  readonly ipCidrRange: string;
}

async function changeRanges(
  scene: Scene,
  change: (ranges: readonly Range[]) => readonly Range[],
): Promise<void> {
  const { compute, example } = scene.world;
  const subnet = `${example.technicalId}-nodes`;
  const { fingerprint, secondaryIpRanges = [] } = await compute.actors.getSubnetwork(example.region, subnet);
  await compute.actors.patchSubnetwork(example.region, subnet, {
    fingerprint,
    secondaryIpRanges: change(secondaryIpRanges),
  });
}

/** One address of the nodes' own range, from its end. */
function alienAlias({ world: { example } }: Scene, index: number): Alias {
  return { ipCidrRange: `${ipv4(parseCidr(example.nodesCidr).end - BigInt(index + 10))}/32` };
}

function routeName({ to, node }: ForeignRoute): string {
  return `by-hand-${to === 'elsewhere' ? 'far' : to === 'free pod addresses' ? 'free' : 'pods'}-${node}`;
}

function destinationOf(fault: ForeignRoute, scene: Scene, node: PresentNode): string {
  switch (fault.to) {
    case 'elsewhere':
      return '192.0.2.0/24';
    case 'free pod addresses':
      return `${ipv4(parseCidr(scene.world.example.podsCidr).end - 255n)}/24`;
    case 'pod CIDR of a node':
      return podCidrOf(node);
  }
}

function podCidrOf({ name, podCidr }: PresentNode): string {
  if (podCidr === undefined) throw new Error(`${name} has no pod CIDR yet`);
  return podCidr;
}
