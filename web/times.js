import { now } from './clock.js';
import { element, setText } from './elements.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const clockTime = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const clockSeconds = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });

/**
 * In the two largest units that say something: `40 s`, `3 min`, `2 h 5 min`, `3 d 4 h`.
 *
 * @param {number} milliseconds
 */
export function duration(milliseconds) {
  const length = Math.max(0, milliseconds);
  if (length < MINUTE) return `${Math.floor(length / SECOND)} s`;
  if (length < HOUR) return `${Math.floor(length / MINUTE)} min`;
  if (length < DAY) return both(length, HOUR, 'h', MINUTE, 'min');
  return both(length, DAY, 'd', HOUR, 'h');
}

/**
 * @param {number} length
 * @param {number} large
 * @param {string} largeName
 * @param {number} small
 * @param {string} smallName
 */
function both(length, large, largeName, small, smallName) {
  const rest = Math.floor((length % large) / small);
  const first = `${Math.floor(length / large)} ${largeName}`;
  return rest === 0 ? first : `${first} ${rest} ${smallName}`;
}

/**
 * As a clock on the wall here shows it, with the day where it is not today.
 *
 * @param {string} iso
 * @param {{ seconds?: boolean }} [how]
 */
export function localTime(iso, { seconds = false } = {}) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const time = (seconds ? clockSeconds : clockTime).format(date);
  const today = new Date(now());
  if (date.toDateString() === today.toDateString()) return time;
  return `${(date.getFullYear() === today.getFullYear() ? day : dayOfYear).format(date)}, ${time}`;
}

/** @param {string} iso */
export function utcTime(iso) {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/**
 * A point in time, in UTC when pointed at. `relative` ones go on counting by themselves.
 *
 * @param {string} iso
 * @param {'clock' | 'seconds' | 'relative' | 'until'} form
 */
export function timeOf(iso, form) {
  const time = element('time', { datetime: iso, title: utcTime(iso), 'data-form': form });
  tick(time);
  return time;
}

/** Lets every relative time on the page go on; and at midnight all of them, for what was today has a day from then on. */
export function keepTicking() {
  let today = '';
  setInterval(() => {
    if (document.hidden) return;
    const present = new Date(now()).toDateString();
    const going = present === today ? '[data-form="relative"], time[data-form="until"]' : '';
    today = present;
    for (const time of document.querySelectorAll(`time${going}`)) {
      if (time instanceof HTMLTimeElement) tick(time);
    }
  }, SECOND);
}

/** @param {HTMLTimeElement} time */
function tick(time) {
  const { dateTime, dataset } = time;
  const at = Date.parse(dateTime);
  if (dataset.form === 'relative') setText(time, duration(now() - at));
  else if (dataset.form === 'until') setText(time, at > now() ? `in ${duration(at - now())}` : 'now');
  else setText(time, localTime(dateTime, { seconds: dataset.form === 'seconds' }));
}
