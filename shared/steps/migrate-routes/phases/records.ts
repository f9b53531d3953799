import { act, actOn } from '../../phase.ts';
import { markIn, namesIn } from '../marks.ts';
import type { Phase } from './phase.ts';

export const finishRestoring: Phase = ({ facts }) =>
  actOn(namesIn(facts.marks, 'unreachedInstances'), (instances) => ({ kind: 'restore routes', instances }));

export const recordRoutes: Phase = ({ podRoutes }) =>
  actOn(
    podRoutes.filter(({ record }) => record === undefined),
    (routes) => ({ kind: 'record', routes }),
  );

export const confirmDeleted: Phase = ({ facts, podRoutes }) => {
  const present = new Set(podRoutes.map(({ route }) => route.name));
  const gone = [...facts.records.values()].filter(
    ({ name, state }) => state !== 'deleted' && !present.has(name),
  );
  return actOn(
    gone.map(({ name }) => name),
    (routes) => ({ kind: 'confirm deleted', routes }),
  );
};

export const removeProbe: Phase = ({ facts }) =>
  markIn(facts.marks, 'probe') === undefined ? undefined : act({ kind: 'remove probe' });
