import type { Standing } from './census.ts';
import type { Fleet } from './fleet.ts';

/** How many shoots of a fleet stand where. */
export function standingsOf({ census, orders }: Fleet): Record<Standing | 'not begun', number> {
  const standings = {
    succeeded: census.count('succeeded'),
    'led back': census.count('led back'),
    blocked: census.count('blocked'),
    'under way': census.count('under way'),
  };
  const begun = Object.values(standings).reduce((sum, count) => sum + count, 0);
  return { ...standings, 'not begun': orders.length - begun };
}
