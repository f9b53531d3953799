import { http } from '@google-cloud/functions-framework';
import { onNudge } from '../../shared/edge/handlers.ts';
import { receive } from '../../shared/edge/receive.ts';

/** Gives the services and internal subnets external IPv6, and lets IPv6 through the firewall. */
http('enable-ipv6-subnets', receive('enable-ipv6-subnets', onNudge('enable-ipv6-subnets')));
