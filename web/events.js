import { get, Refusal } from './api.js';
import { heard } from './clock.js';

/**
 * How the news come.
 *
 * @typedef {{ kind: 'connecting' }
 *   | { kind: 'live' }
 *   | { kind: 'lost', why: string, closed: boolean }} Connection
 */

/** A stream ends every few minutes and comes back within a second or two; that is no news. */
const LOST_AFTER_MS = 5_000;
/** A stream that is silent says so every 15 seconds. */
const SILENT_MS = 40_000;
/** A page that nobody looks at lets go: as long as nobody watches, nothing is looked at. */
const HIDDEN_MS = 60_000;
const NO_ANSWER = 'There was no answer.';
const AGAIN_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

/**
 * Server-sent events for as long as they are wanted: taken up again whenever they break, and let go while the page is hidden.
 *
 * @param {{
 *   url: () => string,
 *   on: Readonly<Record<string, (data: any) => void>>,
 *   connection: (state: Connection) => void,
 * }} options `url` is asked at each beginning: what is known by then need not come again
 * @returns {() => void} stops
 */
export function follow({ url, on, connection }) {
  /** @type {EventSource | undefined} */
  let source;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let again;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let silence;
  let attempts = 0;
  let why = NO_ANSWER;
  let closed = false;
  let stopped = false;

  function open() {
    clearTimeout(again);
    again = undefined;
    source?.close();
    const opened = new EventSource(url());
    source = opened;
    // One that never answers does not say so either.
    expectNews();
    opened.onopen = lives;
    opened.onerror = () => broke(opened);
    for (const [name, take] of Object.entries({ alive: nothing, ...on })) {
      opened.addEventListener(name, (event) => {
        if (opened !== source) return;
        const data = JSON.parse(event.data);
        if (typeof data.at === 'string' && name !== 'nodes') heard(data.at);
        lives();
        take(data);
      });
    }
  }

  function lives() {
    attempts = 0;
    why = NO_ANSWER;
    closed = false;
    clearTimeout(patience);
    patience = undefined;
    expectNews();
    connection({ kind: 'live' });
  }

  function expectNews() {
    clearTimeout(silence);
    silence = setTimeout(() => {
      why = 'Nothing has come for a while.';
      connection({ kind: 'lost', why, closed: false });
      open();
    }, SILENT_MS);
  }

  /** @param {EventSource} opened */
  function broke(opened) {
    if (opened !== source) return;
    patience ??= setTimeout(() => connection({ kind: 'lost', why, closed }), LOST_AFTER_MS);
    // As long as it is open or tries again by itself there is nothing to do.
    if (opened.readyState !== EventSource.CLOSED || again !== undefined) return;
    again = setTimeout(open, AGAIN_MS[Math.min(attempts, AGAIN_MS.length - 1)]);
    attempts += 1;
    void askWhy();
  }

  /** A stream does not say why it is refused; a question of the same function does. */
  async function askWhy() {
    try {
      await get('/api/fleet?limit=1');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // By then another view may be there, with a stream of its own; or the stream is back.
      if (stopped || source?.readyState === EventSource.OPEN) return;
      why = error.message;
      closed = error.isClosed;
      if (closed) connection({ kind: 'lost', why, closed });
    }
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let hiding;
  function visibility() {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(close, HIDDEN_MS);
    else if (source === undefined) open();
  }

  function online() {
    const letGo = document.hidden && source === undefined;
    if (!letGo && source?.readyState !== EventSource.OPEN) open();
  }

  function close() {
    source?.close();
    source = undefined;
    for (const timer of [again, patience, silence]) clearTimeout(timer);
    again = undefined;
    patience = undefined;
  }

  document.addEventListener('visibilitychange', visibility);
  window.addEventListener('online', online);
  connection({ kind: 'connecting' });
  open();
  return () => {
    stopped = true;
    clearTimeout(hiding);
    close();
    document.removeEventListener('visibilitychange', visibility);
    window.removeEventListener('online', online);
  };
}

/** @param {unknown} _ */
function nothing(_) {}
