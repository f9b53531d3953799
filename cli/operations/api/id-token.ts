import { GoogleAuth } from 'google-auth-library';
import { CommandError } from '../../exit-codes.ts';
import type { Terminal } from '../../terminal.ts';
import { gcloud } from '../gcloud.ts';
import type { IdToken } from './requests.ts';

/** Three parts of base64url: anything else that a program printed is no token, and goes into no header. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * An ID token for a function, whose address is the audience. First as the environment brings it (a pipeline’s own way), then of
 * the default credentials where they are a service account’s, then of gcloud. A user’s token from gcloud has gcloud’s audience
 * and not the function’s: Cloud Run lets it in, and `operate`, which checks the audience itself, does not; so who acts names a
 * service account to impersonate.
 */
export function googleIdToken({
  env,
  impersonate,
  signal,
}: Pick<Terminal, 'env' | 'signal'> & { readonly impersonate: string | undefined }): IdToken {
  const known = new Map<string, Promise<string>>();
  return async (audience) => {
    const token = known.get(audience) ?? ask(audience);
    known.set(audience, token);
    return await token;
  };

  async function ask(audience: string): Promise<string> {
    const sources = impersonate === undefined ? [given, ofDefaultCredentials, ofGcloud] : [ofGcloud];
    for (const source of sources) {
      const token = await source(audience);
      if (token !== undefined && TOKEN.test(token)) return token;
    }
    throw new CommandError(
      'refused',
      `No Google ID token for ${audience} is to be had: log in (gcloud auth login), set GOOGLE_APPLICATION_CREDENTIALS to a service account's, or name one in the context (impersonate).`,
    );
  }

  async function given(): Promise<string | undefined> {
    return env.SHOOT_DUALSTACK_ID_TOKEN || undefined;
  }

  async function ofDefaultCredentials(audience: string): Promise<string | undefined> {
    // Without a file there is at most a metadata server, and the library looks for one for seconds.
    if (!env.GOOGLE_APPLICATION_CREDENTIALS) return undefined;
    try {
      const client = await new GoogleAuth().getIdTokenClient(audience);
      return await client.idTokenProvider.fetchIdToken(audience);
    } catch {
      // A user's: the library cannot make ID tokens of those. What it says may quote the file.
      return undefined;
    }
  }

  async function ofGcloud(audience: string): Promise<string | undefined> {
    const as = impersonate && [
      `--impersonate-service-account=${impersonate}`,
      `--audiences=${audience}`,
      '--include-email',
    ];
    return await gcloud(['auth', 'print-identity-token', ...(as || [])], { env, signal });
  }
}
