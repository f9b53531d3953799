import { http } from '@google-cloud/functions-framework';
import { onNudge } from '../../shared/edge/handlers.ts';
import { receive } from '../../shared/edge/receive.ts';

/** Restarts CoreDNS once, so that its pods get an address of each family. */
http('restart-coredns', receive('restart-coredns', onNudge('restart-coredns')));
