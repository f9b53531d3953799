import { CARRIER_NAMES, CARRIERS } from './carriers.js';
import { element, setText } from './elements.js';

/** @import { NodesView } from '../shared/view/nodes.ts' */

/** Of those that have left so many are shown without being asked for. */
const FEW = 500;

/**
 * How many nodes are carried by what, as a bar and in words; and whether those that have left are shown.
 *
 * @param {(shown: boolean) => void} showLeft
 */
export function nodeLegend(showLeft) {
  const bar = element('div', { class: 'shares', 'aria-hidden': 'true' });
  const items = CARRIER_NAMES.map((carrier) => {
    const number = element('strong', {}, '0');
    const share = element('span', { 'data-carrier': carrier });
    bar.append(share);
    const item = element(
      'li',
      { title: CARRIERS[carrier].means, hidden: true },
      element('span', {
        class: 'cell sample',
        'data-carrier': carrier,
        'data-presence': 'live',
        'aria-hidden': 'true',
      }),
      number,
      ` ${CARRIERS[carrier].words}`,
    );
    return { carrier, number, share, item };
  });
  /** What the viewer wants; undefined as long as they have not said. */
  /** @type {boolean | undefined} */
  let wanted;
  let shown = true;
  const leftNumber = element('strong', {}, '0');
  const left = element(
    'button',
    {
      type: 'button',
      class: 'left-toggle',
      hidden: true,
      title: 'Nodes that are no more',
      onclick: () => {
        wanted = !shown;
        apply(wanted);
      },
    },
    element('span', {
      class: 'cell sample',
      'data-carrier': 'nothing',
      'data-presence': 'left',
      'aria-hidden': 'true',
    }),
    leftNumber,
    ' left',
  );
  apply(shown);
  return {
    element: element(
      'div',
      { class: 'legend' },
      bar,
      element('ul', { 'aria-label': 'Nodes by what carries their pods' }, ...items.map(({ item }) => item)),
      left,
    ),
    /**
     * @param {NodesView['counts']} counts
     * @param {number} leftCount
     */
    show(counts, leftCount) {
      for (const { carrier, number, share, item } of items) {
        const count = counts[carrier] ?? 0;
        setText(number, count.toLocaleString());
        item.hidden = count === 0 && (carrier === 'nothing' || carrier === 'unknown');
        share.style.flexGrow = String(count);
        share.hidden = count === 0;
      }
      setText(leftNumber, leftCount.toLocaleString());
      left.hidden = leftCount === 0;
      if (wanted === undefined) apply(leftCount <= FEW);
    },
  };

  /** @param {boolean} next */
  function apply(next) {
    left.setAttribute('aria-pressed', String(next));
    if (next === shown) return;
    shown = next;
    showLeft(next);
  }
}
