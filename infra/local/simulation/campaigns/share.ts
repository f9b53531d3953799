import { type Random, seededRandom } from '../../random.ts';
import type { Scope } from './campaign.ts';

/** The share of a list that the scope asks for, in the list's order. */
export function shareOf<Item>(items: readonly Item[], { slice, runs, seed }: Scope): readonly Item[] {
  const sliced =
    slice === undefined ? items : items.filter((_, index) => index % slice.parts === slice.part - 1);
  return runs === undefined ? sliced : sampleOf(sliced, runs, seededRandom(seed));
}

/** So many of the items, each as likely as the next, in the list's order. */
export function sampleOf<Item>(items: readonly Item[], size: number, random: Random): readonly Item[] {
  let wanted = Math.min(size, items.length);
  return items.filter((_, index) => {
    const taken = random() * (items.length - index) < wanted;
    if (taken) wanted -= 1;
    return taken;
  });
}
