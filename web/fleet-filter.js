import { element, setAttribute, setText } from './elements.js';
import { icon } from './icons.js';
import { PHASES } from './phases.js';
import { fleetAddress } from './route.js';

/** @import { Counts, FleetRow } from '../shared/view/fleet.ts' */
/** @import { Phase } from '../shared/view/phase.ts' */

/**
 * Counts by phase, which are buttons too, and a search. Both stand in the address, so that it can be kept or sent.
 *
 * @param {{ phase: Phase | undefined, search: string }} first
 * @param {() => void} changed
 */
export function fleetFilter(first, changed) {
  let { phase, search } = first;
  const all = phaseButton(undefined);
  const buttons = new Map(PHASES.map((each) => [each, phaseButton(each)]));
  const input = element('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Shoot, project, region, step or reason',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-label': 'Search shoots',
    oninput: () => choose({ phase, search: input.value.trim() }),
  });
  input.value = search;
  const group = element(
    'div',
    { class: 'phases', role: 'group', 'aria-label': 'Filter by phase' },
    all.element,
    ...[...buttons.values()].map((button) => button.element),
  );
  mark();

  return {
    buttons: group,
    search: input,
    /** @param {FleetRow} row */
    takes(row) {
      return (phase === undefined || row.phase === phase) && matches(row, search.toLowerCase());
    },
    /** @param {Counts} counts */
    count(counts) {
      all.count(Object.values(counts).reduce((sum, each) => sum + each, 0));
      for (const [each, button] of buttons) button.count(counts[each]);
      mark();
    },
    /** @param {{ phase: Phase | undefined, search: string }} to */
    set(to) {
      if (to.phase === phase && to.search === search) return;
      ({ phase, search } = to);
      if (input.value.trim() !== search) input.value = search;
      mark();
      changed();
    },
  };

  /** @param {{ phase: Phase | undefined, search: string }} to */
  function choose(to) {
    ({ phase, search } = to);
    history.replaceState(null, '', fleetAddress(to));
    mark();
    changed();
  }

  function mark() {
    setAttribute(all.element, 'aria-pressed', String(phase === undefined));
    for (const [each, { element: button }] of buttons) {
      setAttribute(button, 'aria-pressed', String(each === phase));
      // What there is none of takes no room, but who has chosen it must see that.
      button.hidden = button.dataset.count === '0' && each !== phase;
    }
  }

  /** @param {Phase | undefined} each */
  function phaseButton(each) {
    const number = element('span', { class: 'number' }, '0');
    const button = element(
      'button',
      {
        type: 'button',
        'data-phase': each ?? 'all',
        'data-count': '0',
        onclick: () => choose({ phase: each === phase ? undefined : each, search }),
      },
      each !== undefined && icon(each),
      number,
      ` ${each ?? 'all'}`,
    );
    return {
      element: button,
      /** @param {number} count */
      count(count) {
        setText(number, count.toLocaleString());
        button.dataset.count = String(count);
      },
    };
  }
}

/**
 * @param {FleetRow} row
 * @param {string} search in lower case; each of its words has to be found
 */
function matches({ shoot, project, region, step, strategy, why, constraint }, search) {
  if (search === '') return true;
  const text = [shoot, project, region, step, strategy, why?.reason, why?.message, constraint?.type]
    .join(' ')
    .toLowerCase();
  return search.split(/\s+/).every((word) => text.includes(word));
}
