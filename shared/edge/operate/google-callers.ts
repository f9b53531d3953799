import { type Certificates, OAuth2Client } from 'google-auth-library';
import { type Clock, systemClock } from '../../clock.ts';
import type { HttpRequest } from '../http/request.ts';
import { headerOf } from '../http/request.ts';
import { operatorName } from '../operator.ts';
import type { Caller, IdentifyCaller } from './callers.ts';

/** Public keys, by key id, that tokens of an issuer are signed with. */
export interface Keys {
  iap(): Promise<Certificates>;
  google(): Promise<Certificates>;
}

export interface GoogleCallersOptions {
  readonly iapAudience?: string | undefined;
  readonly audience?: string | undefined;
  readonly keys: Keys;
}

const IAP_ISSUERS = ['https://cloud.google.com/iap'];
const GOOGLE_ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];

/** What Cloud Run puts in the place of a signature that it has checked (Cloud Run docs, troubleshooting, "signature removed"). */
const REMOVED = /\.SIGNATURE_REMOVED_BY_GOOGLE$/;

/**
 * Who a request comes from, proven by a signature that is checked here:
 *
 * - `X-Goog-IAP-JWT-Assertion`: Identity-Aware Proxy lets a caller in by IAM, takes away what headers of that kind the caller
 *   brought, and signs who it is (ES256, its own issuer, this service as audience). Who comes past the proxy can write the header,
 *   and the unsigned `X-Goog-Authenticated-User-Email`, but not the signature (IAP docs, "Securing your app with signed headers").
 * - `Authorization: Bearer` with a Google ID token for this service. Cloud Run checks one itself, and lets its bearer in by IAM,
 *   but then takes its signature away; with `X-Serverless-Authorization` it looks at that one alone and leaves the other as it came,
 *   forged or not (Cloud Run docs, "Authenticating service-to-service"). So a program sends its token in both headers, and
 *   what has no signature any more is not believed: that Cloud Run saw it is nothing that the request shows.
 */
export function googleCallers({ iapAudience, audience, keys }: GoogleCallersOptions): IdentifyCaller {
  const client = new OAuth2Client();
  const checked = async (token: string, certificates: () => Promise<Certificates>, ...expected: Expected) => {
    try {
      const ticket = await client.verifySignedJwtWithCertsAsync(token, await certificates(), ...expected);
      return nameIn(ticket.getPayload());
    } catch (error) {
      const why = error instanceof Error ? (error.message.split(':')[0] ?? '') : '';
      return { unproven: `the token is not believed: ${why}` };
    }
  };
  return async (headers) => {
    if (iapAudience === undefined && audience === undefined) {
      return { unproven: 'neither OPERATE_IAP_AUDIENCE nor OPERATE_AUDIENCE is set, so nobody is believed' };
    }
    const assertion = headerOf({ headers }, 'x-goog-iap-jwt-assertion');
    if (assertion !== undefined && iapAudience !== undefined) {
      return await checked(assertion, () => keys.iap(), iapAudience, IAP_ISSUERS);
    }
    const token = bearer(headers);
    if (token === undefined || audience === undefined)
      return { unproven: 'it brings no token that is known here' };
    if (REMOVED.test(token)) {
      return {
        unproven:
          'Cloud Run took the signature of the token away: send the token in Authorization and in X-Serverless-Authorization',
      };
    }
    return await checked(token, () => keys.google(), audience, GOOGLE_ISSUERS);
  };
}

type Expected = [audience: string, issuers: string[]];

function nameIn(payload: { email?: string; email_verified?: boolean; iss?: string } | undefined): Caller {
  // Of its own callers Identity-Aware Proxy says no more than the address; Google of an account whether it is the bearer’s.
  const known = payload?.iss === IAP_ISSUERS[0] || payload?.email_verified === true;
  const name = known ? operatorName(payload?.email) : undefined;
  return name === undefined
    ? { unproven: 'the token names no verified address' }
    : { who: { name, verified: true } };
}

function bearer(headers: HttpRequest['headers']): string | undefined {
  return /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(headerOf({ headers }, 'authorization') ?? '')?.[1];
}

/** Google’s keys change every few days, and new ones are shown long before they are used. */
const KEYS_MS = 3_600_000;

/** The keys as Google publishes them, asked for once an hour at most while all is well. */
export async function googleKeys(clock: Pick<Clock, 'now'> = systemClock): Promise<Keys> {
  const client = new OAuth2Client();
  const iap = kept(clock, async () => (await client.getIapPublicKeysAsync()).pubkeys);
  const google = kept(clock, async () => (await client.getFederatedSignonCertsAsync()).certs);
  return { iap, google };
}

function kept(clock: Pick<Clock, 'now'>, ask: () => Promise<Certificates>): () => Promise<Certificates> {
  let known: { readonly at: number; readonly keys: Promise<Certificates> } | undefined;
  return async () => {
    if (known === undefined || clock.now() - known.at > KEYS_MS) {
      const keys = ask();
      known = { at: clock.now(), keys };
      keys.catch(() => {
        known = undefined;
      });
    }
    return await known.keys;
  };
}
