import { lastHeard } from './clock.js';
import { element, fill, setText } from './elements.js';
import { timeOf } from './times.js';

/** @import { Connection } from './events.js' */

const connectionLine = /** @type {HTMLElement} */ (document.getElementById('connection'));
const trail = /** @type {HTMLElement} */ (document.getElementById('trail'));
const announcement = /** @type {HTMLElement} */ (document.getElementById('announcement'));

/** Between two announcements: who listens is told how things stand, not each change. */
const QUIET_MS = 10_000;

/** @type {Connection['kind'] | undefined} */
let kind;

/**
 * Whether what is shown is how things are. That it is not is said calmly, with the time of the last news.
 *
 * @param {Connection | undefined} connection undefined: what is shown does not change
 */
export function showConnection(connection) {
  document.body.toggleAttribute('data-stale', connection?.kind === 'lost');
  if (connection !== undefined && connection.kind === kind && connection.kind !== 'lost') return;
  // Between two streams nothing is said.
  if (connection?.kind === 'connecting' && kind === 'lost') return;
  kind = connection?.kind;
  connectionLine.hidden = connection === undefined;
  connectionLine.dataset.kind = kind ?? '';
  if (connection?.kind !== 'lost') {
    setText(connectionLine, kind === 'live' ? 'Live' : '');
    return;
  }
  fill(
    connectionLine,
    element('strong', {}, 'Not live.'),
    ' What is shown was so at ',
    timeOf(lastHeard(), 'seconds'),
    '. ',
    connection.why,
    connection.closed ? ' Load the page again to log in.' : ' It comes back by itself.',
  );
}

/**
 * Where one is, behind the product’s name.
 *
 * @param {readonly { text: string, href?: string }[]} places
 */
export function showTrail(places) {
  fill(
    trail,
    ...places.map(({ text, href }, index) => {
      const last = index === places.length - 1;
      const word = href === undefined ? text : element('a', { href }, text);
      return element('li', { 'aria-current': last ? 'page' : undefined }, word);
    }),
  );
}

/** @param {string} text */
export function setTitle(text) {
  document.title = `${text} · shoot-dualstack`;
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let quiet;
/** @type {string | undefined} */
let pending;

/**
 * For those who listen: politely, and not more often than they can bear.
 *
 * @param {string} text
 */
export function announce(text) {
  pending = text;
  if (quiet !== undefined) return;
  say();
}

function say() {
  quiet = undefined;
  if (pending === undefined) return;
  setText(announcement, pending);
  pending = undefined;
  quiet = setTimeout(say, QUIET_MS);
}
