import type { Scope } from '../core/links.ts';
import { GLOBAL, regional, resourcePath, scopePath, zonal } from '../core/links.ts';
import type { Call, Method, Place } from '../core/method.ts';
import { param } from '../core/method.ts';
import type { Operation } from '../core/resources.ts';
import { listBody } from '../lists/list.ts';

/** The operations of one kind of scope: get, list, wait, delete. */
function methodsOf(id: string, scopePart: string, scopeOf: (call: Call) => Scope): Method[] {
  const collection = `projects/{project}/${scopePart}/operations`;
  const pathOf = ({ project }: Place, call: Call) =>
    resourcePath(project.id, scopeOf(call), 'operations', param(call, 'operation'));
  return [
    {
      id: `${id}.get`,
      verb: 'GET',
      path: `${collection}/{operation}`,
      quota: 'operationReads',
      run: (place, call) => ({ body: place.operations.get(pathOf(place, call)) }),
    },
    {
      id: `${id}.list`,
      verb: 'GET',
      path: collection,
      quota: 'operationReads',
      run: (place, call) => {
        const path = `projects/${place.project.id}/${scopePath(scopeOf(call))}/operations`;
        return { body: listBody(call, 'compute#operationList', path, place.operations.list(scopeOf(call))) };
      },
    },
    {
      id: `${id}.wait`,
      verb: 'POST',
      path: `${collection}/{operation}/wait`,
      quota: 'heavyReads',
      run: async (place, call) => {
        const path = pathOf(place, call);
        return { body: await doneOrDeadline(place, () => place.operations.get(path), path) };
      },
    },
    {
      id: `${id}.delete`,
      verb: 'DELETE',
      path: `${collection}/{operation}`,
      quota: 'writes',
      run: (place, call) => {
        place.operations.delete(pathOf(place, call));
        return { body: {} };
      },
    },
  ];
}

/** The operation when it is done, or as it stands when the deadline has come (gcp-compute-semantics.md §4.1). */
function doneOrDeadline(
  { project, operations }: Place,
  current: () => Operation,
  path: ReturnType<typeof resourcePath>,
): Promise<Operation> {
  const operation = current();
  if (operation.status === 'DONE' || project.switches.operationWait === 'at-once') {
    return Promise.resolve(operation);
  }
  return new Promise((resolve, reject) => {
    const deadline = project.timeline.now() + project.switches.operationWaitMs;
    const cancel = project.timeline.at(deadline, () => resolve(current()));
    operations.whenDone(path).then((done) => {
      cancel();
      resolve(done);
    }, reject);
  });
}

export const operationMethods: readonly Method[] = [
  ...methodsOf('globalOperations', 'global', () => GLOBAL),
  ...methodsOf('regionOperations', 'regions/{region}', (call) => regional(param(call, 'region'))),
  ...methodsOf('zoneOperations', 'zones/{zone}', (call) => zonal(param(call, 'zone'))),
];
