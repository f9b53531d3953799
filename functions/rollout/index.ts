import { http } from '@google-cloud/functions-framework';
import { onRollout } from '../../shared/edge/handlers.ts';
import { receive } from '../../shared/edge/receive.ts';

/** How many shoots at once, which first: sets the policy, goes on after a stop, stops, ends it. */
http('rollout', receive('rollout', onRollout));
