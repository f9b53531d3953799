import { phaseNamed } from './phases.js';

/** @import { Phase } from '../shared/view/phase.ts' */

/**
 * What the page shows, as its address says.
 *
 * @typedef {{ view: 'fleet', phase: Phase | undefined, search: string }
 *   | { view: 'migration', id: string }
 *   | { view: 'shoot', shoot: string }
 *   | { view: 'reason', name: string }
 *   | { view: 'none', path: string }} Place
 */

/**
 * @param {string} hash e.g. `#/migrations/m-1`
 * @returns {Place}
 */
export function placeOf(hash) {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  const parts = path.split('/').filter(Boolean).map(decoded);
  const [kind, first, second] = parts;
  if (kind === undefined) {
    const asked = new URLSearchParams(query);
    return { view: 'fleet', phase: phaseNamed(asked.get('phase')), search: asked.get('q') ?? '' };
  }
  if (kind === 'migrations' && first !== undefined && parts.length === 2)
    return { view: 'migration', id: first };
  if (kind === 'shoots' && first !== undefined && second !== undefined && parts.length === 3) {
    return { view: 'shoot', shoot: `${first}/${second}` };
  }
  if (kind === 'reasons' && first !== undefined && parts.length === 2) return { view: 'reason', name: first };
  return { view: 'none', path };
}

/** @param {string} id */
export function migrationAddress(id) {
  return `#/migrations/${encodeURIComponent(id)}`;
}

/** @param {string} name */
export function reasonAddress(name) {
  return `#/reasons/${encodeURIComponent(name)}`;
}

/** @param {{ phase: Phase | undefined, search: string }} filter */
export function fleetAddress({ phase, search }) {
  const query = new URLSearchParams();
  if (phase !== undefined) query.set('phase', phase);
  if (search !== '') query.set('q', search);
  const text = query.toString();
  return text === '' ? '#/' : `#/?${text}`;
}

/** @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
