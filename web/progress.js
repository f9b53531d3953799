import { element } from './elements.js';

/**
 * @param {{ done: number, total: number, unit: string }} progress
 */
export function progressBar({ done, total, unit }) {
  const bar = element('progress', { max: Math.max(1, total), value: done, 'aria-label': unit });
  return element(
    'span',
    { class: 'progress' },
    bar,
    element('span', { class: 'muted' }, `${done} of ${total} ${unit}`),
  );
}
