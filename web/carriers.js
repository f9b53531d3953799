/** @import { Carrier, NodeCell } from '../shared/view/nodes.ts' */

/**
 * In the order of a move. The letter is what a large cell shows; each carrier has a shape of its own besides its colour
 * (nodes.css).
 *
 * @type {Readonly<Record<Carrier, { letter: string, words: string, means: string }>>}
 */
export const CARRIERS = {
  route: { letter: 'R', words: 'route', means: 'a VPC route leads to its pods' },
  'route and alias': { letter: 'B', words: 'both', means: 'route and alias IP range both lead to its pods' },
  alias: {
    letter: 'A',
    words: 'alias',
    means: 'an alias IP range on its network interface leads to its pods',
  },
  'dual-stack': { letter: 'D', words: 'dual-stack', means: 'alias IP range, and a pod CIDR of each family' },
  nothing: { letter: '×', words: 'nothing', means: 'nothing leads to its pods' },
  unknown: { letter: '?', words: 'unknown', means: 'it is not known what leads to its pods' },
};

/** @type {readonly Carrier[]} */
export const CARRIER_NAMES = ['route', 'route and alias', 'alias', 'dual-stack', 'nothing', 'unknown'];

/** @type {Readonly<Record<NodeCell['presence'], string>>} */
export const PRESENCE_WORDS = {
  live: 'there now',
  joining: 'joining: not all of it is there yet',
  leaving: 'leaving: it is being deleted',
  left: 'left: it is no more',
  recorded: 'as recorded; nobody has looked',
};

/**
 * A cell for those who listen.
 *
 * @param {NodeCell} cell
 */
export function spoken({ name, carrier, presence }) {
  const more = presence === 'live' || presence === 'recorded' ? '' : `, ${presence}`;
  return presence === 'left' ? `${name}, left` : `${name}: ${CARRIERS[carrier].words}${more}`;
}
