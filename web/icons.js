/** Strokes on a field of 16 by 16; each phase and state has a shape of its own, so that none is told by colour alone. */
const STROKES = {
  blocked: 'M5.3 1.7h5.4l3.6 3.6v5.4l-3.6 3.6H5.3l-3.6-3.6V5.3zM8 4.8v3.8M8 11v.2',
  running: 'M8 1.8a6.2 6.2 0 1 1-6.2 6.2M6.4 5.4 10.4 8l-4 2.6z',
  'going back': 'M6 3 2.5 6.5 6 10M3 6.5h6.3a3.6 3.6 0 0 1 0 7.2H6',
  planning: 'M3 2.5h10v11H3zM5.5 6h5M5.5 9h5',
  waiting: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8zM8 4.6V8l2.3 1.6',
  paused: 'M5.5 3v10M10.5 3v10',
  succeeded: 'M2.5 8.5 6.3 12.3 13.5 4',
  'led back': 'M13.5 13V9.5a3 3 0 0 0-3-3H3M6 3 2.5 6.5 6 10',
  done: 'M2.5 8.5 6.3 12.3 13.5 4',
  present: 'M8 4.2a3.8 3.8 0 1 1 0 7.6 3.8 3.8 0 1 1 0-7.6z',
  ahead: 'M8 6.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 1 1 0-3z',
  left: 'M3.5 8h9',
  pass: 'M2.5 8.5 6.3 12.3 13.5 4',
  warning: 'M8 2 14.5 13.5h-13zM8 6.3v3.5M8 11.7v.1',
  block: 'M5.3 1.7h5.4l3.6 3.6v5.4l-3.6 3.6H5.3l-3.6-3.6V5.3zM8 4.8v3.8M8 11v.2',
};

/**
 * @param {string} name
 * @returns {SVGElement} hidden from screen readers: the word stands beside it
 */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', Object.entries(STROKES).find(([known]) => known === name)?.[1] ?? STROKES.ahead);
  svg.append(path);
  return svg;
}
