import { arrange, element, setText } from './elements.js';

/** @import { NodeCell } from '../shared/view/nodes.ts' */
/** @typedef {{ element: HTMLElement, cell: NodeCell, group: Group }} Placed */
/** @typedef {{ element: HTMLElement, count: HTMLElement, cells: HTMLElement, members: Set<Placed> }} Group */

/**
 * The cells by zone and pool, in their order. What has changed is put in order at once, when all of it is known.
 *
 * @param {HTMLElement} grid
 */
export function nodeGroups(grid) {
  /** @type {Map<string, Group>} */
  const groups = new Map();
  /** @type {Set<Group>} */
  const changed = new Set();
  return {
    /**
     * @param {NodeCell} cell
     * @returns {Group}
     */
    of({ zone, pool }) {
      const key = JSON.stringify([zone ?? '', pool ?? '']);
      const group = groups.get(key) ?? emptyGroup(zone, pool);
      groups.set(key, group);
      return group;
    },
    /** @param {Placed} entry */
    add(entry) {
      entry.group.members.add(entry);
      changed.add(entry.group);
    },
    /** @param {Placed} entry */
    take(entry) {
      entry.group.members.delete(entry);
      changed.add(entry.group);
    },
    /** @param {Group} group its members stand in another order */
    touch(group) {
      changed.add(group);
    },
    arrange() {
      if (changed.size === 0) return;
      for (const group of changed) order(group);
      changed.clear();
      for (const [key, { members }] of groups) if (members.size === 0) groups.delete(key);
      const inOrder = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
      arrange(
        grid,
        inOrder.map(([, group]) => group.element),
      );
    },
  };
}

/**
 * @param {string | undefined} zone
 * @param {string | undefined} pool
 * @returns {Group}
 */
function emptyGroup(zone, pool) {
  const count = element('span', { class: 'muted' });
  const name = `${zone ?? 'zone not known'}${pool === undefined ? '' : ` · ${pool}`} `;
  const header = element('div', { class: 'zone-name', role: 'rowheader' }, name, count);
  const cells = element('div', { class: 'cells', role: 'presentation' });
  const row = element('div', { class: 'zone', role: 'row' }, header, cells);
  return { element: row, count, cells, members: new Set() };
}

/** @param {Group} group */
function order({ members, cells, count }) {
  const inOrder = [...members].sort(byPresenceAndName);
  arrange(
    cells,
    inOrder.map(({ element: each }) => each),
  );
  setText(count, members.size.toLocaleString());
}

/**
 * Those that have left stand behind the others.
 *
 * @param {Placed} a
 * @param {Placed} b
 */
function byPresenceAndName({ cell: a }, { cell: b }) {
  const left = Number(a.presence === 'left') - Number(b.presence === 'left');
  return left || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
