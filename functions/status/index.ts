import { http } from '@google-cloud/functions-framework';
import { serveHttp } from '../../shared/edge/http/serve.ts';
import { answerStatus } from '../../shared/edge/status/serve.ts';

/** Shows how the migrations stand, as a page and as JSON. Listens to no topic, and changes nothing. */
http('status', serveHttp('status', answerStatus));
