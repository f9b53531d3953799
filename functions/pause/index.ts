import { http } from '@google-cloud/functions-framework';
import { onPause } from '../../shared/edge/handlers.ts';
import { receive } from '../../shared/edge/receive.ts';

/** Holds a shoot, or all of a project or namespace, at the next safe point. */
http('pause', receive('pause', onPause));
