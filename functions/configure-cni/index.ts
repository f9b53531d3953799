import { http } from '@google-cloud/functions-framework';
import { onNudge } from '../../shared/edge/handlers.ts';
import { receive } from '../../shared/edge/receive.ts';

/** Configures the network plugin for both families once the control plane accepts them. */
http('configure-cni', receive('configure-cni', onNudge('configure-cni')));
