import { now } from './clock.js';
import { element, fill, refill, setText, whenChanged } from './elements.js';
import { icon } from './icons.js';
import { progressBar } from './progress.js';
import { duration, localTime, timeOf, utcTime } from './times.js';

/** @import { MigrationView, StepView } from '../shared/view/migration.ts' */

/** How often what is under way grows on. */
const GROW_MS = 2_000;
const WORDS = { done: 'done', present: 'now', ahead: 'to come', left: 'left' };

/** The steps, each as long as it took on a line of time that they have in common. */
export function timeline() {
  const list = element('ol', { class: 'steps' });
  const from = element('span');
  const to = element('span');
  const card = element(
    'section',
    { class: 'card timeline', 'aria-labelledby': 'steps-title' },
    element('h2', { id: 'steps-title' }, 'Steps'),
    list,
    element('p', { class: 'axis muted', 'aria-hidden': 'true' }, from, to),
  );
  /** @type {Map<string, ReturnType<typeof stepRow>>} */
  const rows = new Map();
  /** @type {MigrationView | undefined} */
  let shown;
  const growing = setInterval(() => {
    if (!document.hidden && shown !== undefined && shown.finishedAt === undefined) grow(shown);
  }, GROW_MS);
  return {
    element: card,
    /** @param {MigrationView} migration */
    show(migration) {
      shown = migration;
      const before = rows.size;
      for (const step of migration.timeline) {
        const row = rows.get(step.name) ?? stepRow();
        rows.set(step.name, row);
        row.show({ step, phase: migration.phase });
      }
      if (rows.size !== before) fill(list, ...[...rows.values()].map((row) => row.element));
      grow(migration);
    },
    stop() {
      clearInterval(growing);
    },
  };

  /** @param {MigrationView} migration */
  function grow({ createdAt, finishedAt, timeline: steps }) {
    const begin = Date.parse(createdAt);
    const end = finishedAt === undefined ? Math.max(now(), begin + 1_000) : Date.parse(finishedAt);
    setText(from, localTime(createdAt));
    setText(to, finishedAt === undefined ? 'now' : localTime(finishedAt));
    for (const step of steps) rows.get(step.name)?.span(step, begin, Math.max(1_000, end - begin), end);
  }
}

function stepRow() {
  const mark = element('span', { class: 'mark' });
  const name = element('span', { class: 'name mono' });
  const state = element('span', { class: 'unseen' });
  const span = element('span', { class: 'span' });
  const took = element('span', { class: 'took' });
  const more = element('div', { class: 'more muted' });
  const row = element(
    'li',
    {},
    mark,
    element('span', {}, name, state),
    element('span', { class: 'track', 'aria-hidden': 'true' }, span),
    took,
    more,
  );
  const show = whenChanged(
    /** @param {{ step: StepView, phase: string }} shown */ ({ step, phase }) => {
      const blocked = step.state === 'present' && phase === 'blocked';
      row.dataset.state = blocked ? 'blocked' : step.state;
      if (step.state === 'present') row.setAttribute('aria-current', 'step');
      else row.removeAttribute('aria-current');
      fill(mark, icon(blocked ? 'blocked' : step.state));
      setText(name, step.name);
      setText(state, `: ${blocked ? 'blocked' : WORDS[step.state]}`);
      refill(more, ...details(step));
      more.hidden = more.childElementCount === 0;
    },
  );
  return {
    element: row,
    show,
    /**
     * @param {StepView} step
     * @param {number} begin
     * @param {number} length milliseconds
     * @param {number} end
     */
    span({ startedAt, finishedAt }, begin, length, end) {
      span.hidden = startedAt === undefined;
      if (startedAt === undefined) {
        setText(took, '');
        return;
      }
      const start = Date.parse(startedAt);
      const stop = finishedAt === undefined ? end : Date.parse(finishedAt);
      const percent = (/** @type {number} */ at) => Math.min(100, Math.max(0, (100 * (at - begin)) / length));
      span.style.left = `${percent(start).toFixed(2)}%`;
      span.style.width = `${(percent(stop) - percent(start)).toFixed(2)}%`;
      setText(took, duration(stop - start));
      took.title = `${utcTime(startedAt)} to ${finishedAt === undefined ? 'now' : utcTime(finishedAt)}`;
    },
  };
}

/**
 * @param {StepView} step
 * @returns {Node[]}
 */
function details({
  state,
  startedAt,
  finishedAt,
  runs,
  failures,
  lastFailure,
  noAnswerSince,
  progress,
  wait,
}) {
  const present = state === 'present';
  const facts = [
    startedAt !== undefined && element('span', {}, 'started ', timeOf(startedAt, 'seconds')),
    finishedAt !== undefined && element('span', {}, 'finished ', timeOf(finishedAt, 'seconds')),
    runs > 0 && element('span', {}, runs === 1 ? '1 run' : `${runs} runs`),
  ].filter((each) => each !== false);
  return [
    facts.length > 0 && element('span', { class: 'facts' }, ...facts),
    present && progress !== undefined && progressBar(progress),
    present &&
      noAnswerSince !== undefined &&
      element('span', {}, 'no answer from cloud or cluster since ', timeOf(noAnswerSince, 'clock')),
    !present &&
      wait !== undefined &&
      element('span', { title: wait.sentence }, `waited for: ${wait.message}`),
    failures > 0 &&
      element(
        'details',
        { class: 'failures' },
        element(
          'summary',
          {},
          failures === 1 ? '1 try failed and was made again' : `${failures} tries failed and were made again`,
        ),
        element('p', { class: 'mono' }, lastFailure ?? 'It is not known how.'),
      ),
  ].filter((each) => each !== false);
}
