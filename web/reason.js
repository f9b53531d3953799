import { get, Refusal } from './api.js';
import { setTitle, showTrail } from './bar.js';
import { element, fill } from './elements.js';
import { showRefusal } from './missing.js';
import { reasonAddress } from './route.js';

/** @import { Explanation } from '../shared/explain/index.ts' */
/** @import { View } from './page.js' */

/**
 * What a reason means, what to do about it and where it comes from.
 *
 * @param {HTMLElement} content
 * @param {string} name
 * @returns {View}
 */
export function reasonView(content, name) {
  let stopped = false;
  setTitle(name);
  showTrail([{ text: 'Reasons' }, { text: name }]);
  void show();
  return {
    stop() {
      stopped = true;
    },
  };

  async function show() {
    try {
      const { reasons } = await get(`/api/reasons?name=${encodeURIComponent(name)}`);
      if (!stopped) fill(content, element('h1', { class: 'mono' }, name), ...reasons.map(explanation));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (!stopped) showRefusal(content, name, error);
    }
  }
}

/** @param {Explanation} reason */
function explanation({ part, sentence, whatToDo, source }) {
  return element(
    'section',
    { class: 'card prose' },
    element('h2', {}, part),
    element('p', {}, sentence),
    whatToDo !== undefined && element('p', {}, element('strong', {}, 'What to do: '), whatToDo),
    source !== undefined && element('p', { class: 'muted' }, `Source: ${source}`),
  );
}

/**
 * A reason’s name, leading to what it means.
 *
 * @param {string} name
 */
export function reasonLink(name) {
  return element('a', { class: 'reason', href: reasonAddress(name), title: 'What this means' }, name);
}
