import { http } from '@google-cloud/functions-framework';
import { onDeadLetter } from '../../shared/edge/handlers.ts';
import { receive } from '../../shared/edge/receive.ts';

/** Takes up the messages that the bus gave up on, so that nothing is lost silently. */
http('dead-letter', receive('dead-letter', onDeadLetter));
