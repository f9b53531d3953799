import { announce, setTitle, showConnection, showTrail } from './bar.js';
import { element, fill, whenChanged } from './elements.js';
import { emptyFleet } from './empty-fleet.js';
import { follow } from './events.js';
import { fleetFilter } from './fleet-filter.js';
import { fleetTable } from './fleet-table.js';
import { rolloutStrip } from './rollout.js';
import { unreadableList } from './unreadable.js';

/** @import { FleetRow } from '../shared/view/fleet.ts' */
/** @import { EventData } from '../shared/edge/status/schemas.ts' */
/** @import { View } from './page.js' */
/** @import { Place } from './route.js' */

/**
 * Every shoot with a migration, those that need a human first.
 *
 * @param {HTMLElement} content
 * @param {Place & { view: 'fleet' }} place
 * @returns {View}
 */
export function fleetView(content, place) {
  /** @type {Map<string, FleetRow>} */
  const rows = new Map();
  const filter = fleetFilter(place, show);
  const table = fleetTable();
  const rollout = rolloutStrip();
  const unreadable = element('section', {
    class: 'unreadable',
    hidden: true,
    'aria-label': 'Unreadable documents',
  });
  const empty = emptyFleet();
  const nothing = element(
    'p',
    { class: 'muted nothing', hidden: true },
    'No shoot is so. ',
    element('a', { href: '#/' }, 'Show all'),
  );
  const loading = element('p', { class: 'muted loading' }, 'Looking …');
  const head = element(
    'div',
    { class: 'fleet-head' },
    element('h1', {}, 'Migrations to dual-stack'),
    element('search', {}, filter.search),
  );
  setTitle('Fleet');
  showTrail([]);
  showFilter(false);
  fill(content, head, rollout.element, unreadable, filter.buttons, loading, nothing, table.element, empty);

  const showUnreadable = whenChanged(
    /** @param {EventData<'fleet'>['unreadable']} documents */ (documents) => {
      unreadable.hidden = documents.length === 0;
      fill(unreadable, unreadableList(documents));
    },
  );

  const stop = follow({
    url: () => '/api/events',
    on: { fleet: take, rollout: rollout.show },
    connection: showConnection,
  });
  return {
    stop,
    show(/** @type {Place} */ to) {
      if (to.view === 'fleet') filter.set(to);
    },
  };

  /** @param {boolean} shown */
  function showFilter(shown) {
    filter.buttons.hidden = !shown;
    filter.search.hidden = !shown;
  }

  /** @param {EventData<'fleet'>} news */
  function take(news) {
    if (news.whole) rows.clear();
    for (const row of news.rows) rows.set(row.id, row);
    for (const id of news.gone) rows.delete(id);
    loading.hidden = true;
    showFilter(rows.size > 0);
    empty.hidden = rows.size > 0 || news.unreadable.length > 0;
    filter.count(news.counts);
    showUnreadable(news.unreadable);
    const { blocked, running, waiting } = news.counts;
    const blockedFirst = blocked === 0 ? '' : `(${blocked}) `;
    setTitle(`${blockedFirst}Fleet`);
    announce('fleet', `${rows.size} shoots: ${blocked} blocked, ${running} running, ${waiting} waiting`);
    show();
  }

  function show() {
    const shown = [...rows.values()].filter(filter.takes).sort(inOrder);
    table.show(shown);
    nothing.hidden = rows.size === 0 || shown.length > 0;
  }
}

/**
 * As the API has it: by phase, then what has stood so for longest; of what has ended the latest first.
 *
 * @param {FleetRow} a
 * @param {FleetRow} b
 */
function inOrder(a, b) {
  if (a.rank !== b.rank) return a.rank - b.rank;
  const bySince = a.since < b.since ? -1 : a.since > b.since ? 1 : 0;
  return (a.finishedAt === undefined ? bySince : -bySince) || (a.id < b.id ? -1 : 1);
}
