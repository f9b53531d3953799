import { lastHeard } from './clock.js';
import { element, fill, setText, whenChanged } from './elements.js';
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
  if (connection !== undefined && connection.kind === kind && connection.kind !== 'lost') return;
  // Between two streams nothing is said.
  if (connection?.kind === 'connecting' && kind === 'lost') return;
  document.body.toggleAttribute('data-stale', connection?.kind === 'lost');
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

/** Where one is, behind the product’s name. A link that has the focus stays while nothing of it changes. */
export const showTrail = whenChanged(
  /** @param {readonly { text: string, href?: string }[]} places */ (places) =>
    fill(
      trail,
      ...places.map(({ text, href }, index) => {
        const last = index === places.length - 1;
        const word = href === undefined ? text : element('a', { href }, text);
        return element('li', { 'aria-current': last ? 'page' : undefined }, word);
      }),
    ),
);

/** @param {string} text */
export function setTitle(text) {
  document.title = `${text} · shoot-dualstack`;
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let quiet;
/** By what it is about, so that nodes that move do not talk over a migration that is blocked. */
/** @type {Map<'fleet' | 'migration' | 'nodes', string>} */
const pending = new Map();

/**
 * For those who listen: politely, and not more often than they can bear.
 *
 * @param {'fleet' | 'migration' | 'nodes'} about of which only the newest is told
 * @param {string} text
 */
export function announce(about, text) {
  pending.set(about, text);
  if (quiet !== undefined) return;
  say();
}

/** Nothing of a view that is left is told any more. */
export function keepQuiet() {
  pending.clear();
}

function say() {
  quiet = undefined;
  if (pending.size === 0) return;
  setText(announcement, [...pending.values()].join('. '));
  pending.clear();
  quiet = setTimeout(say, QUIET_MS);
}
