import type { Who } from '../../migration/history.ts';
import { readSettings } from '../../runtime/settings.ts';
import type { HttpRequest } from '../http/request.ts';

/** Who makes a request; or, where the request does not prove that in a way that is believed here, what it lacks. */
export type Caller = { readonly who: Who } | { readonly unproven: string };

export type IdentifyCaller = (headers: HttpRequest['headers']) => Promise<Caller>;

let identify: IdentifyCaller | undefined;

/**
 * Lets a world that is not deployed, and has neither Identity-Aware Proxy nor Google accounts, say who its callers are. There is no
 * setting for it: what is deployed always checks signatures.
 */
export function identifyCallersWith(other: IdentifyCaller): void {
  identify = other;
}

/** How callers are identified in this process. @throws Error for settings that are wrong */
export async function callerIdentity(env: NodeJS.ProcessEnv = process.env): Promise<IdentifyCaller> {
  if (identify !== undefined) return identify;
  const { OPERATE_IAP_AUDIENCE: iapAudience, OPERATE_AUDIENCE: audience } = readSettings(env);
  const { googleCallers, googleKeys } = await import('./google-callers.ts');
  identify = googleCallers({ iapAudience, audience, keys: await googleKeys() });
  return identify;
}
