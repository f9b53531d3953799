import { http } from '@google-cloud/functions-framework';
import { onNudge } from '../../shared/edge/handlers.ts';
import { receive } from '../../shared/edge/receive.ts';

/** Gives the kube-dns Service its second cluster IP; the IPv4 one stays. */
http('switch-kube-dns', receive('switch-kube-dns', onNudge('switch-kube-dns')));
