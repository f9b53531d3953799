import type { LawWatcher } from './scene.ts';
import { at, numberAt, textAt } from './stored.ts';

/** What it takes to create the route again; fixed once it is on record. */
const FIXED = ['name', 'instance', 'zone', 'podCidr', 'network', 'priority', 'description'] as const;

export const recordsStay: LawWatcher = ({ resources, broken, hand }) => {
  const law = 'records stay';
  const present = new Set(resources.routes.values().map(({ name }) => name));
  /** Somebody else's, made after the product deleted one of the same name. */
  const reappeared = new Set<string>();
  return {
    changed: (event) => {
      if (event.type === 'route-deleted') {
        present.delete(event.route.name);
        reappeared.delete(event.route.name);
      }
      if (event.type === 'route-inserted') {
        present.add(event.route.name);
        if (!hand.insertedRoute(event.route.name)) reappeared.add(event.route.name);
      }
    },
    written: ({ path, before, after }) => {
      if (!path.startsWith('migrations/') || !path.includes('/routes/')) return;
      if (after === undefined) return broken(law, `${path} was deleted`);
      for (const field of before === undefined ? [] : FIXED) {
        if (at(before, field) !== at(after, field)) {
          broken(law, `${path}: ${field} was ${at(before, field)} and is ${at(after, field)}`);
        }
      }
      const name = textAt(after, 'name');
      const turned = textAt(after, 'state') === 'deleted' && textAt(before, 'state') !== 'deleted';
      if (turned && present.has(name) && !reappeared.has(name)) {
        broken(law, `${path} says deleted, and the route ${name} exists`);
      }
    },
  };
};

export const historyOnlyGrows: LawWatcher = ({ stored, broken }) => {
  const law = 'history only grows';
  let written = 0;
  return {
    written: ({ path, before, after }) => {
      const [, migration, index] = /^(migrations\/[^/]+)\/history\/([^/]+)$/.exec(path) ?? [];
      if (migration === undefined) return;
      if (after === undefined) return broken(law, `${path} was deleted`);
      if (before !== undefined) return broken(law, `${path} was changed`);
      if (Number(index) !== written) broken(law, `${path} is entry ${Number(index)}, expected ${written}`);
      written += 1;
      const length = numberAt(stored.get(migration), 'historyLength') ?? 0;
      if (length < written) broken(law, `${migration} says ${length} entries, there are ${written}`);
    },
  };
};
