import { get, Refusal } from './api.js';
import { element, setText } from './elements.js';
import { reasonLink } from './reason.js';
import { timeOf } from './times.js';

/** @import { HistoryLine, HistoryPage } from '../shared/view/history.ts' */

/** Entries that are asked for at once. */
const PAGE = 40;

/**
 * What was decided and done, the latest first, as it comes; what is older when it is asked for.
 *
 * @param {string} id
 */
export function historyCard(id) {
  /** Numbers of the first and the last entry that are there. */
  let first = 0;
  let last = -1;
  const list = element('ol', { class: 'history', reversed: true });
  // What scrolls must be reached by keyboard.
  const scroll = element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-labelledby': 'history-title' },
    list,
  );
  const trouble = element('p', { class: 'muted', role: 'status' });
  const older = element('button', { type: 'button', onclick: () => void goBack() }, 'Older entries');
  const card = element(
    'section',
    { class: 'card', 'aria-labelledby': 'history-title' },
    element('h2', { id: 'history-title' }, 'History'),
    scroll,
    trouble,
  );
  scroll.append(older);
  older.hidden = true;
  return {
    element: card,
    /** Number of the last entry that is known. */
    get last() {
      return last;
    },
    /** @param {number} length */
    startAt(length) {
      first = Math.max(0, length - PAGE);
      last = first - 1;
      older.hidden = first === 0;
    },
    /** @param {HistoryPage} page */
    take(page) {
      const fresh = linesOf(page).filter(({ n }) => n > last);
      last = Math.max(last, ...fresh.map(({ n }) => n));
      list.prepend(...fresh.map(({ line }) => line).reverse());
    },
  };

  async function goBack() {
    older.disabled = true;
    const after = Math.max(-1, first - PAGE - 1);
    try {
      /** @type {HistoryPage} */
      const page = await get(
        `/api/migrations/${encodeURIComponent(id)}/history?after=${after}&limit=${PAGE}`,
      );
      const lines = linesOf(page).filter(({ n }) => n < first);
      list.append(...lines.map(({ line }) => line).reverse());
      first = after + 1;
      older.hidden = first === 0;
      setText(trouble, '');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setText(trouble, error.message);
    } finally {
      older.disabled = false;
    }
  }
}

/**
 * @param {HistoryPage} page
 * @returns {{ n: number, line: HTMLElement }[]} by number
 */
function linesOf({ entries, unreadable }) {
  return [
    ...entries.map((entry) => ({ n: entry.n, line: lineOf(entry) })),
    ...unreadable.map((n) => ({
      n,
      line: element('li', { value: n, class: 'muted' }, `Entry ${n} cannot be read.`),
    })),
  ].sort((a, b) => a.n - b.n);
}

/** @param {HistoryLine} entry */
function lineOf({ n, at, by, who, step, event, reason, sentence, message }) {
  return element(
    'li',
    { value: n, 'data-event': event },
    timeOf(at, 'seconds'),
    element(
      'div',
      {},
      element(
        'span',
        { class: 'message', title: sentence },
        event !== 'acted' && element('span', { class: 'tag' }, event),
        event !== 'acted' && ' ',
        message,
      ),
      element(
        'span',
        { class: 'muted meta' },
        step !== undefined && element('span', { class: 'mono' }, step),
        reason !== undefined && reasonLink(reason),
        by === 'operator' && element('span', { class: 'who' }, whoWords(who)),
      ),
    ),
  );
}

/** @param {HistoryLine['who']} who */
function whoWords(who) {
  if (who === undefined) return 'an operator; it is not on record which';
  return who.verified ? `${who.name}, verified` : `${who.name}, as the message claims`;
}
