import { http } from '@google-cloud/functions-framework';
import { onWatchShoots } from '../../shared/edge/handlers.ts';
import { receive } from '../../shared/edge/receive.ts';

/** Every minute: compares the Shoots of the garden with what was seen last and publishes what changed. */
http('watch-shoots', receive('watch-shoots', onWatchShoots));
