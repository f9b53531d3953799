import { spoken } from './carriers.js';
import { element, setAttribute } from './elements.js';
import { nodeGroups } from './node-groups.js';
import { moveByKeys } from './node-keys.js';

/** @import { NodeCell } from '../shared/view/nodes.ts' */
/** @import { Placed } from './node-groups.js' */

/** Cells that flash at once: more of them are a change of everything, and need no pointing at. */
const MOST_FLASHES = 100;
/** Up to so many live nodes the cells are large, or of medium size. */
const LARGE = 150;
const MEDIUM = 1_200;

/**
 * The nodes as cells. A cell stays the element that it is from its node’s first sight to its last: an update touches only what has
 * changed.
 *
 * @param {(cell: NodeCell | undefined, pinned: boolean) => void} look called with the cell that is pointed at, or has the focus
 */
export function nodeGrid(look) {
  /** @type {Map<string, Placed>} */
  const placed = new Map();
  /** @type {WeakMap<Element, Placed>} */
  const byElement = new WeakMap();
  const grid = element('div', {
    class: 'grid',
    role: 'grid',
    'aria-label': 'Nodes',
    'aria-readonly': 'true',
  });
  const groups = nodeGroups(grid);
  const keys = moveByKeys(grid, (target, pinned) => {
    look(target === undefined ? undefined : byElement.get(target)?.cell, pinned);
  });
  grid.addEventListener('animationend', ({ target }) => {
    if (target instanceof Element) target.classList.remove('moved');
  });

  return {
    element: grid,
    /** @param {boolean} shown those that have left */
    showLeft(shown) {
      grid.toggleAttribute('data-without-left', !shown);
      keys.keep();
    },
    /**
     * @param {{ cells: readonly NodeCell[], gone: readonly string[], whole: boolean }} news
     * @returns {{ left: number }} how many of all have left
     */
    apply({ cells, gone, whole }) {
      const first = placed.size === 0;
      if (whole) keepOnly(new Set(cells.map(({ name }) => name)));
      for (const name of gone) remove(name);
      const moved = cells.flatMap((cell) => put(cell) ?? []);
      groups.arrange();
      if (!first && moved.length <= MOST_FLASHES) for (const each of moved) each.classList.add('moved');
      const left = [...placed.values()].filter(({ cell }) => cell.presence === 'left').length;
      const live = placed.size - left;
      setAttribute(grid, 'data-density', live <= LARGE ? 'large' : live <= MEDIUM ? 'medium' : 'small');
      keys.keep();
      return { left };
    },
  };

  /**
   * @param {NodeCell} cell
   * @returns {HTMLElement | undefined} where something else carries its pods now, or it has come or gone
   */
  function put(cell) {
    const known = placed.get(cell.name);
    if (known === undefined) {
      const entry = {
        element: element('div', { role: 'gridcell', class: 'cell' }),
        cell,
        group: groups.of(cell),
      };
      placed.set(cell.name, entry);
      byElement.set(entry.element, entry);
      groups.add(entry);
      show(entry);
      return entry.element;
    }
    const before = known.cell;
    // Nobody knows the pool of a node that has left, but who has seen it before.
    known.cell = cell.pool === undefined && before.pool !== undefined ? { ...cell, pool: before.pool } : cell;
    const group = groups.of(known.cell);
    if (group !== known.group) {
      groups.take(known);
      known.group = group;
      groups.add(known);
    } else if ((before.presence === 'left') !== (cell.presence === 'left')) {
      groups.touch(group);
    }
    if (before.carrier === cell.carrier && before.presence === cell.presence) return undefined;
    show(known);
    return known.element;
  }

  /** @param {ReadonlySet<string>} names */
  function keepOnly(names) {
    for (const name of [...placed.keys()]) if (!names.has(name)) remove(name);
  }

  /** @param {string} name */
  function remove(name) {
    const entry = placed.get(name);
    if (entry === undefined) return;
    placed.delete(name);
    groups.take(entry);
  }
}

/** @param {Placed} entry */
function show({ element: shown, cell }) {
  setAttribute(shown, 'data-carrier', cell.carrier);
  setAttribute(shown, 'data-presence', cell.presence);
  setAttribute(shown, 'aria-label', spoken(cell));
}
