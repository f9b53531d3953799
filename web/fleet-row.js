import { element, fill, whenChanged } from './elements.js';
import { phaseBadge } from './phases.js';
import { progressBar } from './progress.js';
import { reasonLink } from './reason.js';
import { migrationAddress } from './route.js';
import { timeOf } from './times.js';

/** @import { FleetRow } from '../shared/view/fleet.ts' */
/** @import { Child } from './elements.js' */

/**
 * What stands in a column: what of a row it is made of, and how. A cell is made anew only where that has changed.
 *
 * @template Part
 * @typedef {{ name: string, of: (row: FleetRow) => Part, show: (part: Part) => Child[] }} Column
 */

/**
 * @template Part
 * @param {Column<Part>} column
 * @returns {{ name: string, cell: () => { element: HTMLElement, show: (row: FleetRow) => void } }}
 */
function column({ name, of, show }) {
  return {
    name,
    cell() {
      const cell = element('div', { role: 'cell', 'data-column': name });
      const render = whenChanged((/** @type {Part} */ part) => fill(cell, ...show(part)));
      return { element: cell, show: (row) => render(of(row)) };
    },
  };
}

export const COLUMNS = [
  column({
    name: 'State',
    of: ({ phase, paused }) => ({ phase, pausing: paused && phase !== 'paused' }),
    show: ({ phase, pausing }) => [
      phaseBadge(phase),
      pausing && element('span', { class: 'tag' }, 'pausing'),
    ],
  }),
  column({
    name: 'Shoot',
    of: ({ id, shoot, project, region }) => ({ id, shoot, where: `${project} · ${region}` }),
    show: ({ id, shoot, where }) => {
      const slash = shoot.indexOf('/') + 1;
      const namespace = element('span', { class: 'muted' }, shoot.slice(0, slash));
      return [
        element('a', { class: 'shoot', href: migrationAddress(id) }, namespace, shoot.slice(slash)),
        element('span', { class: 'muted where', title: where }, where),
      ];
    },
  }),
  column({
    name: 'Step',
    of: ({ step, stepNumber, steps, progress, finishedAt }) => ({
      step: finishedAt === undefined ? step : `${steps} steps`,
      place: finishedAt !== undefined ? '' : stepNumber === 0 ? '↩ ' : `${stepNumber}/${steps} `,
      progress: finishedAt === undefined ? progress : undefined,
    }),
    show: ({ step, place, progress }) => [
      element(
        'span',
        { class: place === '' ? 'muted' : 'step' },
        element('span', { class: 'muted' }, place),
        step,
      ),
      progress && progressBar(progress),
    ],
  }),
  column({
    name: 'Waits for, or needs',
    of: ({ why }) => why,
    show: (why) =>
      why === undefined
        ? []
        : [
            element('span', { class: 'message', title: why.sentence }, why.message),
            why.remedy !== undefined && element('span', { class: 'remedy' }, '→ ', why.remedy, ' '),
            reasonLink(why.reason),
          ],
  }),
  column({
    name: 'Constraint',
    of: ({ constraint }) => constraint,
    show: (constraint) =>
      constraint === undefined
        ? []
        : [
            element(
              'span',
              { class: 'constraint', title: constraint.message },
              ...breakable(constraint.type),
            ),
            element('span', { class: 'muted' }, constraint.status),
          ],
  }),
  column({
    name: 'Since',
    of: ({ since }) => since,
    show: (since) => [
      timeOf(since, 'relative'),
      element('span', { class: 'muted clock' }, timeOf(since, 'clock')),
    ],
  }),
];

/** One shoot. What its row says is filled in by `show`, and may come later than the row. */
export function fleetRow() {
  const cells = COLUMNS.map((each) => each.cell());
  const row = element('div', { class: 'row', role: 'row' }, ...cells.map((cell) => cell.element));
  return {
    element: row,
    /** @param {FleetRow} shown */
    mark({ id, phase }) {
      if (row.dataset.id !== id) row.dataset.id = id;
      if (row.dataset.phase !== phase) row.dataset.phase = phase;
    },
    /** @param {FleetRow} shown */
    show(shown) {
      for (const cell of cells) cell.show(shown);
    },
  };
}

/**
 * A name of words without spaces, which may be broken between them.
 *
 * @param {string} name
 * @returns {(string | Node)[]}
 */
function breakable(name) {
  const words = name.split(/(?<=[a-z])(?=[A-Z])/);
  return words.flatMap((word, index) => (index === 0 ? [word] : [element('wbr'), word]));
}
