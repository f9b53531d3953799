import { isLastNode, presentNode, type Scene } from './scene.ts';
import { atMoment, type Moment } from './which.ts';

/** Somebody deletes a node's VM without a word to Kubernetes; the machine controller makes another one later. */
export interface VmDeleted {
  readonly kind: 'vm deleted';
  readonly moment: Moment;
  /** Place among the VMs of that moment, counted round and round. */
  readonly node: number;
}

/** The machine controller replaces a node, as after a failed health check or for a new image: a new one first, then it drains. */
export interface VmReplaced {
  readonly kind: 'vm replaced';
  readonly moment: Moment;
  readonly node: number;
}

/** The cluster autoscaler adds so many nodes; each joins with whatever pod CIDR the cloud-controller-manager gives it. */
export interface VmAdded {
  readonly kind: 'vm added';
  readonly moment: Moment;
  readonly count: number;
}

/** The cluster autoscaler takes a node away, drained and without a successor; the last one it leaves, as a pool's minimum has it. */
export interface VmRemoved {
  readonly kind: 'vm removed';
  readonly moment: Moment;
  readonly node: number;
}

export type MachineFault = VmDeleted | VmReplaced | VmAdded | VmRemoved;

export function armMachineFault(fault: MachineFault, scene: Scene): void {
  atMoment(scene, fault.moment, () => {
    scene.struck();
    // What the actors cannot do (a VM that is gone already) somebody else did before them.
    changed(fault, scene).then(
      () => scene.struck(),
      () => scene.struck(),
    );
  });
}

async function changed(fault: MachineFault, scene: Scene): Promise<unknown> {
  const { compute, actors } = scene.world;
  if (fault.kind === 'vm added') return await actors.machineController.add(fault.count);
  const node = presentNode(scene, fault.node);
  if (node === undefined) return undefined;
  switch (fault.kind) {
    case 'vm deleted':
      return await compute.actors.deleteInstance(node.zone, node.name);
    case 'vm replaced':
      return await actors.machineController.replace(node.name);
    case 'vm removed':
      if (isLastNode(scene)) return undefined;
      return await actors.machineController.remove(node.name);
  }
}
