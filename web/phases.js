import { element } from './elements.js';
import { icon } from './icons.js';

/** @import { Phase } from '../shared/view/phase.ts' */

/** In the order of the fleet: those that need a human first. */
/** @type {readonly Phase[]} */
export const PHASES = [
  'blocked',
  'running',
  'going back',
  'planning',
  'waiting',
  'paused',
  'succeeded',
  'led back',
];

/**
 * The phase as a word with its shape.
 *
 * @param {Phase} phase
 */
export function phaseBadge(phase) {
  return element('span', { class: 'phase', 'data-phase': phase }, icon(phase), phase);
}

/**
 * @param {string | null} text
 * @returns {Phase | undefined}
 */
export function phaseNamed(text) {
  return PHASES.find((phase) => phase === text);
}
