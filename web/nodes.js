import { announce } from './bar.js';
import { CARRIER_NAMES, CARRIERS } from './carriers.js';
import { element, fill, setText } from './elements.js';
import { nodeDetails } from './node-details.js';
import { nodeGrid } from './node-grid.js';
import { nodeLegend } from './node-legend.js';
import { timeOf } from './times.js';

/** @import { EventData } from '../shared/edge/status/schemas.ts' */

/**
 * Every node as a cell that shows what carries its pods now.
 *
 * @param {() => void} lookAgain called when it is to be looked elsewhere: at cloud and cluster, or into the records
 */
export function nodesCard(lookAgain) {
  let live = true;
  const details = nodeDetails();
  const grid = nodeGrid(details.show);
  const legend = nodeLegend(grid.showLeft);
  const seen = element('p', { class: 'muted seen' });
  const trouble = element('p', { class: 'notice calm', role: 'status', hidden: true });
  const choice = element(
    'div',
    { class: 'choice', role: 'group', 'aria-label': 'Where to look' },
    sourceButton(true),
    sourceButton(false),
  );
  const card = element(
    'section',
    { class: 'card nodes', 'aria-labelledby': 'nodes-title' },
    element('div', { class: 'nodes-head' }, element('h2', { id: 'nodes-title' }, 'Nodes'), seen, choice),
    legend.element,
    trouble,
    grid.element,
    details.element,
  );
  mark();
  return {
    element: card,
    get live() {
      return live;
    },
    /** @param {EventData<'nodes'>} news */
    take(news) {
      const { source, at, counts, cells, gone, whole } = news;
      const { left } = grid.apply({ cells, gone, whole });
      legend.show(counts, left);
      setText(
        trouble,
        news.trouble === undefined
          ? ''
          : `Cloud and cluster could not be looked at, so this is as recorded: ${news.trouble}`,
      );
      trouble.hidden = news.trouble === undefined;
      fill(
        seen,
        source === 'live'
          ? 'from cloud and cluster; last change seen at '
          : 'from the records; last change seen at ',
        timeOf(at, 'seconds'),
      );
      const told = CARRIER_NAMES.filter((name) => (counts[name] ?? 0) > 0).map(
        (name) => `${counts[name]} ${CARRIERS[name].words}`,
      );
      announce('nodes', `Nodes: ${told.join(', ') || 'none'}`);
    },
  };

  /** @param {boolean} wanted */
  function sourceButton(wanted) {
    return element(
      'button',
      {
        type: 'button',
        'data-live': String(wanted),
        title: wanted
          ? 'Reads cloud and cluster every ten seconds, for all who watch'
          : 'What the step migrate-routes has recorded',
        onclick: () => {
          if (live === wanted) return;
          live = wanted;
          mark();
          lookAgain();
        },
      },
      wanted ? 'Live' : 'Records',
    );
  }

  function mark() {
    for (const button of choice.children) {
      if (button instanceof HTMLElement)
        button.setAttribute('aria-pressed', String(button.dataset.live === String(live)));
    }
  }
}
