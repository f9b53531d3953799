import { inSeconds, type Scene } from './scene.ts';
import { befall, nameOf, type Which } from './which.ts';

/** Compute Engine takes the request with HTTP 200; its operation ends DONE with this error and without effect. */
export interface OperationFails extends Which {
  readonly kind: 'operation fails';
  /** `INTERNAL_ERROR`, `QUOTA_EXCEEDED`, `RESOURCE_NOT_READY`, `RESOURCE_OPERATION_RATE_EXCEEDED`. */
  readonly reason: string;
  /** HTTP status that the operation tells; 400 when left out. */
  readonly status?: number;
}

/** The request's operation stays RUNNING, and ends with its effect after so many seconds. */
export interface OperationHangs extends Which {
  readonly kind: 'operation hangs';
  /** Left out: for ever. */
  readonly seconds?: number;
}

export type OperationFault = OperationFails | OperationHangs;

/** Of requests that are mutations: `compute instances.updateNetworkInterface`. Others pass. */
export function armOperationFault(fault: OperationFault, scene: Scene): void {
  const { compute } = scene.world;
  befall(scene, fault, (call) => {
    const method = nameOf(call).replace(/^compute /, '');
    const [path = ''] = call.subject.replace(/^\/compute\/v1\//, '').split('?');
    const which = { method, path, call: 1 };
    if (fault.kind === 'operation fails') {
      const { reason, status } = fault;
      compute.faults.add({
        ...which,
        kind: 'operation-error',
        reason,
        ...(status !== undefined && { code: status }),
      });
      scene.struck();
      return undefined;
    }
    const { seconds } = fault;
    compute.faults.add({
      ...which,
      kind: 'hang',
      ...(seconds !== undefined && { milliseconds: seconds * 1_000 }),
    });
    scene.struck(seconds === undefined ? undefined : inSeconds(scene, seconds));
    return undefined;
  });
}
