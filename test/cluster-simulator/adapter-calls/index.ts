import { CORE_CALLS } from './core.ts';
import { OTHER_CALLS } from './other-groups.ts';

export { annotated, KUBE_DNS, merge, SHOOT } from './objects.ts';

/** Every call that the adapters make to an API server, one after the other. */
export const CALLS = [...CORE_CALLS, ...OTHER_CALLS];
