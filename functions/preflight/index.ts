import { http } from '@google-cloud/functions-framework';
import { onNudge } from '../../shared/edge/handlers.ts';
import { receive } from '../../shared/edge/receive.ts';

/** Looks at everything the migration depends on, and makes the plan. Changes nothing. */
http('preflight', receive('preflight', onNudge('preflight')));
