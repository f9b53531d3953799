import { element, fill, whenChanged } from './elements.js';
import { timeOf } from './times.js';

/** @import { MigrationView } from '../shared/view/migration.ts' */

/** What the Shoot’s owner is told in its status. */
export function constraintsCard() {
  const list = element('div');
  const card = element(
    'section',
    { class: 'card', 'aria-labelledby': 'constraints-title' },
    element('h2', { id: 'constraints-title' }, 'Constraints'),
    list,
  );
  const show = whenChanged(
    /** @param {MigrationView['constraints']} constraints */ (constraints) => {
      if (constraints.length === 0) {
        fill(list, element('p', { class: 'muted' }, 'The Shoot has none of this migration.'));
        return;
      }
      fill(
        list,
        ...constraints.map(({ type, status, message, lastTransitionTime }) =>
          element(
            'div',
            { class: 'constraint-row' },
            element('span', { class: 'mono' }, type),
            element('span', { class: 'tag' }, status),
            element('span', { class: 'muted' }, message, ' Since ', timeOf(lastTransitionTime, 'clock'), '.'),
          ),
        ),
      );
    },
  );
  return { element: card, show };
}
