import { arrange, element } from './elements.js';
import { COLUMNS, fleetRow } from './fleet-row.js';

/** @import { FleetRow } from '../shared/view/fleet.ts' */

/** More than fit on a screen: these are filled in at once. */
const AT_ONCE = 60;
/** And then so many at a time, so that whoever types or scrolls meanwhile does not wait. */
const AT_A_TIME = 60;
/** Rows that no filter shows are kept, as long as they are not many more than those that are shown. */
const MOST_KEPT = 20_000;

/**
 * The shoots as rows that stay where they are and change only where something has changed. Rows that are not in sight are not
 * laid out (`content-visibility` in fleet.css), which is why they are no `<tr>`: the parts of a table cannot be left out one by
 * one.
 */
export function fleetTable() {
  /** @type {Map<string, ReturnType<typeof fleetRow>>} */
  const known = new Map();
  /** @type {FleetRow[]} */
  let waiting = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let next;
  const head = element(
    'div',
    { class: 'row head', role: 'row' },
    ...COLUMNS.map(({ name }) => element('div', { role: 'columnheader' }, name)),
  );
  const body = element('div', { class: 'rows', role: 'rowgroup' });
  const table = element(
    'div',
    { class: 'fleet card', role: 'table', 'aria-label': 'Shoots', hidden: true },
    element('div', { role: 'rowgroup' }, head),
    body,
  );
  return {
    element: table,
    /** @param {readonly FleetRow[]} rows in their order */
    show(rows) {
      table.hidden = rows.length === 0;
      table.setAttribute('aria-rowcount', String(rows.length + 1));
      if (known.size > MOST_KEPT + rows.length) known.clear();
      const elements = rows.map((row) => {
        const line = known.get(row.id) ?? fleetRow();
        known.set(row.id, line);
        line.mark(row);
        return line.element;
      });
      waiting = [...rows];
      fillSome(AT_ONCE);
      arrange(body, elements);
    },
  };

  /** @param {number} count */
  function fillSome(count) {
    clearTimeout(next);
    for (const row of waiting.splice(0, count)) known.get(row.id)?.show(row);
    if (waiting.length > 0) next = setTimeout(fillSome, 0, AT_A_TIME);
  }
}
