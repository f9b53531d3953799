import { http } from '@google-cloud/functions-framework';
import { serveHttp } from '../../shared/edge/http/serve.ts';
import { answerOperate } from '../../shared/edge/operate/serve.ts';

/** Lets operators pause, resume, abort and retry over HTTP, once it is sure who they are. Listens to no topic. */
http('operate', serveHttp('operate', answerOperate));
