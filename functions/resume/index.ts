import { http } from '@google-cloud/functions-framework';
import { onResume } from '../../shared/edge/handlers.ts';
import { receive } from '../../shared/edge/receive.ts';

/** Lets a shoot, or all of a project or namespace, go on. */
http('resume', receive('resume', onResume));
