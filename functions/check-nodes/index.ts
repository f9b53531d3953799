import { http } from '@google-cloud/functions-framework';
import { onNudge } from '../../shared/edge/handlers.ts';
import { receive } from '../../shared/edge/receive.ts';

/** Has the workers rolled, and waits until every node has a pod CIDR of each family. */
http('check-nodes', receive('check-nodes', onNudge('check-nodes')));
