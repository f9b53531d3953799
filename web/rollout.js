import { element, refill, whenChanged } from './elements.js';
import { icon } from './icons.js';
import { reasonLink } from './reason.js';
import { migrationAddress } from './route.js';
import { timeOf } from './times.js';

/** @import { RolloutView } from '../shared/view/rollout.ts' */
/** @import { Child } from './elements.js' */

/** Of those that wait for their turn so many are named. */
const NEXT = 5;
const WORDS = {
  running: 'running',
  stopped: 'stopped: nothing more is let in',
  damaged: 'damaged: nothing is let in until a policy is set anew',
};

/** Who is let in, who comes next, and what holds shoots together with others. Nothing where there is neither. */
export function rolloutStrip() {
  const strip = element('section', { class: 'card rollout', 'aria-label': 'Rollout', hidden: true });
  const show = whenChanged(
    /** @param {Omit<RolloutView, 'at'>} view */ (view) => {
      const { state, holds } = view;
      const none = state === 'none' || state === 'off';
      strip.hidden = none && holds.length === 0;
      strip.dataset.state = state;
      refill(strip, ...(none ? [] : rollout(view)), ...holds.map(hold));
    },
  );
  return {
    element: strip,
    /** @param {RolloutView} view */
    show({ at: _, ...lasting }) {
      show(lasting);
    },
  };
}

/**
 * @param {Omit<RolloutView, 'at'>} view
 * @returns {Child[]}
 */
function rollout({ state, since, counts, policy, canaries, stopped, next }) {
  return [
    element(
      'h2',
      {},
      icon(state === 'running' ? 'running' : 'blocked'),
      `Rollout ${state === 'none' || state === 'off' ? '' : WORDS[state]}`,
      since !== undefined && element('span', { class: 'muted' }, ' since ', timeOf(since, 'clock')),
    ),
    element(
      'ul',
      { class: 'counts', 'aria-label': 'Shoots of the rollout' },
      count(counts.in, policy === undefined ? 'under way' : `of ${policy.atOnce} under way`),
      count(counts.waiting, 'wait for their turn'),
      count(counts.planning, 'are planned'),
      count(counts.refused, 'blocked by their plan'),
      count(counts.done, 'done'),
      counts.ledBack > 0 && count(counts.ledBack, 'led back'),
    ),
    stopped !== undefined && stop(stopped),
    canaries.length > 0 &&
      element(
        'p',
        {},
        'Canaries: ',
        ...canaries.flatMap(({ shoot, state: how, migration }, index) => [
          index > 0 && ', ',
          migration === undefined ? shoot : element('a', { href: migrationAddress(migration) }, shoot),
          ` ${how}`,
        ]),
      ),
    next.length > 0 &&
      element(
        'details',
        { class: 'next' },
        element('summary', {}, `Next: ${next[0]?.shoot ?? ''}`),
        element(
          'ol',
          {},
          ...next
            .slice(0, NEXT)
            .map(({ place, migration, shoot, why }) =>
              element(
                'li',
                { value: place },
                element('a', { href: migrationAddress(migration) }, shoot),
                ' ',
                element('span', { class: 'muted' }, why.message),
              ),
            ),
        ),
      ),
  ];
}

/**
 * @param {number} number
 * @param {string} words
 */
function count(number, words) {
  return element('li', {}, element('strong', {}, number.toLocaleString()), ` ${words}`);
}

/** @param {NonNullable<RolloutView['stopped']>} stopped */
function stop({ message, remedy, reason, troubles }) {
  return element(
    'div',
    { class: 'stopped' },
    element('p', {}, message, ' ', reasonLink(reason)),
    remedy !== undefined && element('p', {}, element('strong', {}, 'What to do: '), remedy),
    troubles.length > 0 &&
      element(
        'ul',
        {},
        ...troubles.map((each) =>
          element(
            'li',
            {},
            element('a', { href: migrationAddress(each.migration) }, each.shoot),
            ` ${each.message} `,
            reasonLink(each.reason),
          ),
        ),
      ),
  );
}

/** @param {RolloutView['holds'][number]} held */
function hold({ kind, name, since, who, release }) {
  const what = kind === 'all' ? 'Everything' : `The ${kind} ${name ?? ''}`;
  return element(
    'p',
    { class: 'hold' },
    icon('paused'),
    element(
      'span',
      {},
      element('strong', {}, `${what} is held`),
      ' since ',
      timeOf(since, 'clock'),
      who !== undefined && `, by ${who.name}${who.verified ? '' : ' as the message claims'}`,
      release !== undefined && `; ${release.perMinute} go on each minute, ${release.left} are left`,
      release?.endsAbout !== undefined && ', until about ',
      release?.endsAbout !== undefined && timeOf(release.endsAbout, 'clock'),
      '.',
    ),
  );
}
