import { element } from './elements.js';

/** What to do where there is nothing yet. */
export function emptyFleet() {
  return element(
    'section',
    { class: 'card prose', hidden: true },
    element('h2', {}, 'No migration yet'),
    element(
      'p',
      {},
      'One begins when the ',
      element('code', {}, 'spec.networking.ipFamilies'),
      ' of a Shoot changes from ',
      element('code', {}, '[IPv4]'),
      ' to ',
      element('code', {}, '[IPv4, IPv6]'),
      '. Its plan is made first, and can be read here before anything is touched.',
    ),
    element(
      'pre',
      {},
      'kubectl --namespace garden-core patch shoot api --type merge \\\n' +
        '  --patch \'{"spec":{"networking":{"ipFamilies":["IPv4","IPv6"]}}}\'',
    ),
  );
}
