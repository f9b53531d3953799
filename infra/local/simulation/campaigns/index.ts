import type { Campaign } from './campaign.ts';
import { crashes } from './crashes.ts';
import { deliveries } from './deliveries.ts';
import { disturbances } from './disturbances.ts';
import { faults } from './faults.ts';
import { pairs } from './pairs.ts';
import { random } from './random.ts';
import { suspend } from './suspend.ts';
import { switches } from './switches.ts';

export type { Campaign, Scope } from './campaign.ts';

/** All there are, by the names that the command line has for them. */
export const CAMPAIGNS = {
  crashes,
  pairs,
  faults,
  disturbances,
  deliveries,
  suspend,
  switches,
  random,
} as const satisfies Record<string, Campaign>;

export type CampaignName = keyof typeof CAMPAIGNS;

export function isCampaignName(name: string): name is CampaignName {
  return Object.hasOwn(CAMPAIGNS, name);
}

/** When none is named: so many cases of each, which takes a few minutes on two cores. */
export const BY_DEFAULT: readonly { readonly name: CampaignName; readonly runs: number }[] = [
  { name: 'crashes', runs: 200 },
  { name: 'pairs', runs: 100 },
  { name: 'faults', runs: 200 },
  { name: 'disturbances', runs: 150 },
  { name: 'deliveries', runs: 150 },
  { name: 'suspend', runs: 40 },
  { name: 'switches', runs: 100 },
  { name: 'random', runs: 200 },
];
