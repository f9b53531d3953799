import { element } from './elements.js';

/** @import { Unreadable } from '../shared/view/fleet.ts' */

/**
 * Documents that nothing moves, since nothing can read them.
 *
 * @param {readonly Unreadable[]} documents
 */
export function unreadableList(documents) {
  const many = documents.length === 1 ? 'One document' : `${documents.length} documents`;
  return element(
    'div',
    { class: 'card notice warned' },
    element('h2', {}, `${many} of the store cannot be read`),
    element('p', {}, 'Nothing moves what stands there until a human has mended it.'),
    element(
      'ul',
      {},
      ...documents.map(({ id, shoot, trouble }) =>
        element('li', {}, element('code', {}, id), shoot === undefined ? ' ' : ` (${shoot}) `, trouble),
      ),
    ),
  );
}
