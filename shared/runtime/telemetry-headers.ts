import type { GoogleIdentity } from '../kubernetes/access/google-identity.ts';

/** Google's Telemetry API, and its regional addresses. */
const GOOGLE = /^telemetry\.(?:[a-z0-9-]+\.rep\.)?googleapis\.com$/;

/**
 * The headers of an export. The function account's token is asked for, and sent, only where Google takes it and TLS says that it is
 * Google; anybody else gets what the settings say, and nothing more.
 */
export function exportHeaders(
  addresses: readonly (string | undefined)[],
  options: {
    readonly project: string;
    readonly given: Readonly<Record<string, string>>;
    readonly identity: Pick<GoogleIdentity, 'accessToken'>;
  },
): () => Promise<Readonly<Record<string, string>>> {
  const { project, given, identity } = options;
  if (!addresses.every((address) => address === undefined || isGoogle(address))) return async () => given;
  return async () => ({
    'x-goog-user-project': project,
    ...given,
    authorization: `Bearer ${(await identity.accessToken()).reveal()}`,
  });
}

function isGoogle(address: string): boolean {
  const { protocol, hostname, port } = new URL(address);
  return protocol === 'https:' && port === '' && GOOGLE.test(hostname);
}
