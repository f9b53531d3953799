import { CARRIERS, PRESENCE_WORDS } from './carriers.js';
import { element, fill } from './elements.js';
import { timeOf } from './times.js';

/** @import { NodeCell } from '../shared/view/nodes.ts' */

/** Everything that is known of one node, in a line of its own below the cells, so that nothing moves when it is shown. */
export function nodeDetails() {
  const line = element('div', { class: 'details', id: 'node-details' });
  hint();
  return {
    element: line,
    /**
     * @param {NodeCell | undefined} cell
     * @param {boolean} pinned
     */
    show(cell, pinned) {
      line.toggleAttribute('data-pinned', pinned);
      if (cell === undefined) {
        hint();
        return;
      }
      const { name, zone, pool, podCidrs, carrier, presence, ready, since } = cell;
      const left = presence === 'left';
      fill(
        line,
        element('span', {
          class: 'cell sample',
          'data-carrier': carrier,
          'data-presence': presence,
          'aria-hidden': 'true',
        }),
        element('strong', { class: 'mono' }, name),
        !left &&
          element(
            'span',
            {},
            CARRIERS[carrier].means,
            since !== undefined && ' since ',
            since !== undefined && timeOf(since, 'seconds'),
          ),
        element('span', { class: 'mono' }, podCidrs.join(', ') || 'no pod CIDR'),
        element(
          'span',
          { class: 'muted' },
          [zone, pool, PRESENCE_WORDS[presence]].filter(Boolean).join(' · '),
          left && since !== undefined && ', route gone since ',
          left && since !== undefined && timeOf(since, 'seconds'),
        ),
        ready === false && element('span', {}, 'not ready'),
        pinned && element('span', { class: 'tag' }, 'pinned; Esc lets go'),
      );
    },
  };

  function hint() {
    fill(
      line,
      element(
        'span',
        { class: 'muted' },
        'Point at a cell, or reach the cells by Tab and move by arrow keys; Enter pins what is shown here.',
      ),
    );
  }
}
