import { element, fill, whenChanged } from './elements.js';

/** @import { MigrationView } from '../shared/view/migration.ts' */

/** Where the shoot is, and what it is like. */
export function factsCard() {
  const list = element('dl', { class: 'facts-list' });
  const show = whenChanged(
    /** @param {readonly (readonly [name: string, value: string])[]} facts */ (facts) => {
      fill(list, ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
    },
  );
  return {
    element: element(
      'section',
      { class: 'card', 'aria-labelledby': 'shoot-title' },
      element('h2', { id: 'shoot-title' }, 'Shoot'),
      list,
    ),
    /** @param {MigrationView} migration */
    show({ project, region, network, technicalId, ranges, networkPlugin, maintenanceWindow }) {
      const window = maintenanceWindow;
      show([
        ['project', project],
        ['region', region],
        ['network', network],
        ['technical id', technicalId],
        ['nodes', ranges.nodes],
        ['pods', ranges.pods],
        ['services', ranges.services],
        ['network plugin', networkPlugin],
        ['maintenance', window === undefined ? 'always' : `${window.begin} to ${window.end} UTC`],
      ]);
    },
  };
}
