import { element, refill, whenChanged } from './elements.js';
import { icon } from './icons.js';
import { reasonLink } from './reason.js';
import { duration, timeOf } from './times.js';

/** @import { MigrationView } from '../shared/view/migration.ts' */
/** @typedef {MigrationView['plan']} Plan */
/** @typedef {Plan['findings'][number]} Finding */

const SEVERITIES = { block: 'blocks', warning: 'warning', pass: 'passed' };

/** How it is done, why so, and what was found before anything was touched. */
export function planCard() {
  const body = element('div');
  return {
    element: element(
      'section',
      { class: 'card plan', 'aria-labelledby': 'plan-title' },
      element('h2', { id: 'plan-title' }, 'Plan'),
      body,
    ),
    show: whenChanged(/** @param {Plan} plan */ (plan) => refill(body, ...content(plan))),
  };
}

/**
 * @param {Plan} plan
 * @returns {(Node | false)[]}
 */
function content(plan) {
  const { state, strategy, why, notTaken, findings, expectations, calls } = plan;
  if (state === 'not made')
    return [element('p', { class: 'muted' }, 'It is not made yet. Nothing is changed before it is.')];
  const passed = findings.filter(({ severity }) => severity === 'pass');
  const others = [
    ...findings.filter(({ severity }) => severity === 'block'),
    ...findings.filter(({ severity }) => severity === 'warning'),
  ];
  return [
    element('p', {}, element('strong', { class: 'strategy' }, strategy), ' ', why),
    plan.trafficLossAcknowledgedAt !== undefined &&
      element(
        'p',
        {},
        'Loss of pod traffic was acknowledged at ',
        timeOf(plan.trafficLossAcknowledgedAt, 'clock'),
        '.',
      ),
    notTaken.length > 0 &&
      element(
        'dl',
        { class: 'not-taken' },
        ...notTaken.flatMap((each) => [
          element('dt', {}, `not ${each.strategy}`),
          element('dd', {}, each.why),
        ]),
      ),
    state === 'made' && element('p', { class: 'muted' }, figures(plan)),
    others.length > 0 && element('h3', {}, 'Findings'),
    others.length > 0 && element('ul', { class: 'findings' }, ...others.map(finding)),
    expectations.length > 0 && element('h3', {}, 'What to expect'),
    expectations.length > 0 && element('ul', {}, ...expectations.map((each) => element('li', {}, each))),
    passed.length > 0 &&
      element(
        'details',
        { class: 'passed' },
        element('summary', {}, `${passed.length} checks passed`),
        element('ul', { class: 'findings' }, ...passed.map(finding)),
      ),
    calls.length > 0 &&
      element(
        'details',
        { class: 'changes' },
        element(
          'summary',
          {},
          `${calls.reduce((sum, { count }) => sum + count, 0)} calls that change something`,
        ),
        element(
          'ul',
          { class: 'calls' },
          ...calls.map(({ call, count }) =>
            element('li', {}, element('span', { class: 'mono' }, call), ` ${count}`),
          ),
        ),
      ),
  ];
}

/** @param {Plan} plan */
function figures({ expectedSeconds, nodesAtOnce, wish }) {
  const nodes = nodesAtOnce === 1 ? 'one node at once' : `${nodesAtOnce} nodes at once`;
  const asked = wish === undefined ? '' : `; ${wish} was asked for`;
  return `migrate-routes is expected to take ${duration(expectedSeconds * 1_000)}, ${nodes}${asked}.`;
}

/** @param {Finding} found */
function finding({ check, severity, reason, message, remedy, rulesOut, sentence }) {
  return element(
    'li',
    { 'data-severity': severity },
    icon(severity),
    element(
      'div',
      {},
      element('span', { class: 'unseen' }, `${SEVERITIES[severity]}: `),
      element('span', { title: sentence }, message),
      rulesOut !== undefined &&
        rulesOut.length > 0 &&
        element('span', { class: 'muted' }, ` Rules out ${rulesOut.join(', ')}.`),
      remedy !== undefined && element('p', { class: 'remedy' }, remedy),
      element(
        'p',
        { class: 'muted' },
        element('span', { class: 'mono' }, check),
        ' ',
        reason !== undefined && reasonLink(reason),
      ),
    ),
  );
}
