import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { InvalidKubeconfig, parseKubeconfig } from '../client/kubeconfig.ts';
import { NoAccess } from '../errors.ts';
import { type CredentialSource, lifeOf } from './credentials.ts';
import type { GoogleIdentity } from './google-identity.ts';
import type { Secret } from './secret.ts';

export interface WorkloadIdentityOptions {
  readonly identity: GoogleIdentity;
  readonly clock: Clock;
  /** Of the API server. */
  readonly url: string;
  /** What the API server's configuration expects in the token's `aud`. */
  readonly audience: string;
  /** Certificates in PEM, or that in base64; without, the machine's own list of authorities counts. */
  readonly certificateAuthority: string | undefined;
}

/** Google's tokens are good for an hour; of a clock that disagrees, no more than that is believed. */
const LONGEST_LIFE_MS = 3_600_000;
/** Whatever the clocks say, a token that was given out now may be tried for so long. */
const LEAST_LIFE_MS = 60_000;

const claimsSchema = z.object({ exp: z.number() });

/**
 * Access to an API server that trusts Google's tokens (structured authentication, or OpenID Connect flags, with the issuer
 * `https://accounts.google.com`): no secret is stored anywhere, and who asks is the function's service account.
 */
export function workloadIdentity(options: WorkloadIdentityOptions): CredentialSource {
  const { identity, clock, url, audience } = options;
  return {
    async fetch() {
      const token = await identity.idToken(audience);
      const goodForMs = Math.min(endOf(token) - clock.now(), LONGEST_LIFE_MS);
      return {
        kubeconfig: kubeconfigWith(token, options),
        ...lifeOf(Math.max(goodForMs, LEAST_LIFE_MS)),
      };
    },
    notTaken: (call) =>
      new NoAccess(
        'CredentialsNotTaken',
        `${call}: ${url} does not take a token of the function’s service account for the audience ${audience}.`,
        'Have the garden’s API server trust the issuer https://accounts.google.com with this audience (GARDEN_AUDIENCE), then publish the step again.',
      ),
  };
}

function kubeconfigWith(token: Secret, { url, certificateAuthority: authority }: WorkloadIdentityOptions) {
  const cluster = {
    server: url,
    ...(authority !== undefined && { 'certificate-authority-data': inBase64(authority) }),
    // The client takes plain HTTP only with this; it means nothing there, and is never said of HTTPS.
    ...(url.startsWith('http:') && { 'insecure-skip-tls-verify': true }),
  };
  try {
    return parseKubeconfig(
      JSON.stringify({
        clusters: [{ name: 'garden', cluster }],
        users: [{ name: 'function', user: { token: token.reveal() } }],
        contexts: [{ name: 'garden', context: { cluster: 'garden', user: 'function' } }],
        'current-context': 'garden',
      }),
    );
  } catch (error) {
    if (!(error instanceof InvalidKubeconfig)) throw error;
    throw new NoAccess(
      'KubeconfigUnusable',
      `GARDEN_URL: ${error.message}.`,
      'Set GARDEN_URL to the address of the garden’s API server.',
    );
  }
}

function inBase64(authority: string): string {
  return authority.includes('-----BEGIN') ? Buffer.from(authority).toString('base64') : authority;
}

/** Milliseconds since the epoch. The token itself is checked by whom it is for. */
function endOf(token: Secret): number {
  try {
    const claims = Buffer.from(token.reveal().split('.')[1] ?? '', 'base64url').toString('utf8');
    return claimsSchema.parse(JSON.parse(claims)).exp * 1000;
  } catch {
    throw new NoAccess(
      'NoIdentity',
      'ask for an ID token: what came is no signed token.',
      'See which server answers as the metadata server (GCE_METADATA_HOST), then publish the step again.',
    );
  }
}
