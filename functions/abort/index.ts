import { http } from '@google-cloud/functions-framework';
import { onAbort } from '../../shared/edge/handlers.ts';
import { receive } from '../../shared/edge/receive.ts';

/** Leads a migration back to what was found, when an operator asks for it. */
http('abort', receive('abort', onAbort));
