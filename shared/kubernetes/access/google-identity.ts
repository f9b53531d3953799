import { withinDeadline } from '../../deadline.ts';
import { once } from '../../once.ts';
import { ClusterUnavailable, NoAccess } from '../errors.ts';
import { Secret } from './secret.ts';

/** Who the functions are on Google Cloud: their service account. */
export interface GoogleIdentity {
  /** For Google's own APIs. */
  accessToken(): Promise<Secret>;
  /** An OpenID Connect token, signed by Google, for whoever is named as its audience. */
  idToken(audience: string): Promise<Secret>;
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
/** Of wall time. The metadata server is on the same machine; a key file's token comes over the network. */
const DEADLINE_MS = 10_000;

/**
 * By the default credentials: on Google Cloud the metadata server's, elsewhere a key file's. The library is loaded when the first
 * token is needed. It keeps access tokens until shortly before they end, and ID tokens not at all.
 *
 * Errors: NoAccess where there is no identity, ClusterUnavailable where it could not be had now.
 */
export function googleIdentity(): GoogleIdentity {
  const load = once(async () => {
    const { GoogleAuth } = await import('google-auth-library');
    return new GoogleAuth({ scopes: [SCOPE] });
  });
  return {
    accessToken: () =>
      asked('ask for an access token', async () => {
        const token = await (await load()).getAccessToken();
        return typeof token === 'string' ? token : undefined;
      }),
    idToken: (audience) =>
      asked('ask for an ID token', async () => {
        const client = await (await load()).getIdTokenClient(audience);
        return await client.idTokenProvider.fetchIdToken(audience);
      }),
  };
}

async function asked(call: string, ask: () => Promise<string | undefined>): Promise<Secret> {
  let token: string | undefined;
  try {
    token = await withinDeadline(call, DEADLINE_MS, ask());
  } catch (error) {
    throw withoutIdentity(call, error);
  }
  if (token === undefined || token === '') throw noIdentity(call, 'the answer is empty');
  return new Secret(token);
}

/** Without a cause: the library's errors hold the request with its headers and the answer with its token. */
function withoutIdentity(call: string, error: unknown): Error {
  const status = statusOf(error);
  const message = (error instanceof Error ? error.message : String(error)).slice(0, 300);
  if (status !== undefined && status >= 400 && status < 500 && status !== 429) {
    return noIdentity(call, `HTTP ${status}`);
  }
  // The library's own words for a machine without default credentials.
  if (/default credentials|in this environment/i.test(message)) return noIdentity(call, message);
  return new ClusterUnavailable(call, message);
}

function noIdentity(call: string, why: string): NoAccess {
  return new NoAccess(
    'NoIdentity',
    `${call}: ${why}.`,
    'Deploy the function with a service account of its own (infra/gcp), then publish the step again.',
  );
}

function statusOf(error: unknown): number | undefined {
  const response: unknown = error instanceof Error ? Reflect.get(error, 'response') : undefined;
  const status: unknown =
    typeof response === 'object' && response !== null ? Reflect.get(response, 'status') : undefined;
  return typeof status === 'number' ? status : undefined;
}
