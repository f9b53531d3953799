import { http } from '@google-cloud/functions-framework';
import { onNudge } from '../../shared/edge/handlers.ts';
import { receive } from '../../shared/edge/receive.ts';

/** Replaces each node's VPC route by an alias IP range on its NIC, without a moment in which it has neither. */
http('migrate-routes', receive('migrate-routes', onNudge('migrate-routes')));
