import { http } from '@google-cloud/functions-framework';
import { onShootChanged } from '../../shared/edge/handlers.ts';
import { receive } from '../../shared/edge/receive.ts';

/** Takes in changes of shoots and starts a migration for `[IPv4] → [IPv4, IPv6]`. */
http('shoot-changed', receive('shoot-changed', onShootChanged));
