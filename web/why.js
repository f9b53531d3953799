import { element, fill, whenChanged } from './elements.js';
import { icon } from './icons.js';
import { progressBar } from './progress.js';
import { reasonLink } from './reason.js';
import { timeOf } from './times.js';

/** @import { MigrationView } from '../shared/view/migration.ts' */
/** @import { Phase } from '../shared/view/phase.ts' */

/** What is to be said of a phase, before anything of what is waited for. */
/** @type {Readonly<Record<Phase, string>>} */
const WORDS = {
  blocked: 'A human has to act',
  running: 'Running',
  'going back': 'On the way back to what was found',
  planning: 'The plan is being made; nothing is changed',
  waiting: 'Waiting, as it should',
  paused: 'Held by an operator at a safe point',
  succeeded: 'The shoot is dual-stack',
  'led back': 'Everything is as it was found',
};

/**
 * How the migration stands, why, until when; and what to do, where a human has to. A wait looks like a wait.
 */
export function whyPanel() {
  const panel = element('section', { class: 'card why', 'aria-label': 'How it stands' });
  const show = whenChanged(
    /** @param {Pick<MigrationView, 'phase' | 'why' | 'since' | 'wakeAt' | 'step' | 'progress' | 'paused' | 'finishedAt'>} shown */
    ({ phase, why, since, wakeAt, progress, paused, finishedAt, step }) => {
      panel.dataset.phase = phase;
      const over = finishedAt !== undefined;
      fill(
        panel,
        icon(phase),
        element(
          'div',
          {},
          element(
            'h2',
            {},
            WORDS[phase],
            !over &&
              element('span', { class: 'muted place' }, ' in ', element('span', { class: 'mono' }, step)),
          ),
          paused &&
            phase !== 'paused' &&
            element('p', {}, 'It is to pause, and stops at the next safe point.'),
          why !== undefined && element('p', { class: 'message' }, why.message),
          why?.remedy !== undefined &&
            element('p', { class: 'remedy' }, element('strong', {}, 'What to do: '), why.remedy),
          why !== undefined &&
            element('p', { class: 'muted' }, why.sentence ?? '', ' ', reasonLink(why.reason)),
          progress && progressBar(progress),
        ),
        element(
          'dl',
          { class: 'when' },
          element('dt', {}, over ? 'Ended' : 'Since'),
          element(
            'dd',
            {},
            timeOf(since, 'clock'),
            element('span', { class: 'muted' }, timeOf(since, 'relative'), over && ' ago'),
          ),
          wakeAt !== undefined && element('dt', {}, 'Looked at again'),
          wakeAt !== undefined &&
            element(
              'dd',
              {},
              timeOf(wakeAt, 'clock'),
              element('span', { class: 'muted' }, timeOf(wakeAt, 'until')),
            ),
        ),
      );
    },
  );
  return {
    element: panel,
    /** @param {MigrationView} migration */
    show({ phase, why, since, wakeAt, step, progress, paused, finishedAt }) {
      show({ phase, why, since, wakeAt, step, progress, paused, finishedAt });
    },
  };
}
