import { setTitle } from './bar.js';
import { element, fill } from './elements.js';

/** @import { Refusal } from './api.js' */
/** @import { View } from './page.js' */

/**
 * @param {HTMLElement} content
 * @param {string} path
 * @returns {View}
 */
export function missingView(content, path) {
  setTitle('Nothing here');
  fill(
    content,
    element('h1', {}, 'There is nothing here'),
    element('p', {}, `The page has no place ${path}. `, element('a', { href: '#/' }, 'All shoots')),
  );
  return { stop() {} };
}

/**
 * @param {HTMLElement} content
 * @param {string} title
 * @param {Refusal} refusal
 */
export function showRefusal(content, title, refusal) {
  setTitle(title);
  fill(
    content,
    element('h1', {}, title),
    element('p', {}, refusal.message, refusal.isClosed && ' Load the page again to log in.'),
    element('p', {}, element('a', { href: '#/' }, 'All shoots')),
  );
}
