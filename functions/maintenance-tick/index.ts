import { http } from '@google-cloud/functions-framework';
import { onMaintenanceTick } from '../../shared/edge/handlers.ts';
import { receive } from '../../shared/edge/receive.ts';

/** Every minute: opens maintenance windows, wakes what waits, sends again what got stuck. */
http('maintenance-tick', receive('maintenance-tick', onMaintenanceTick));
