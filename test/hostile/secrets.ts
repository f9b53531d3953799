/** Secrets of every kind that the product may meet, each with a part that must be seen nowhere. None of them opens anything. */
export interface Planted {
  readonly what: string;
  /** As it comes in: on its own, or with what stands around it wherever it comes in. */
  readonly text: string;
  readonly secret: string;
}

const KEY = 'MIIEvQIBADANBgkqhkiG9w0PLANTEDxKEYxPLANTEDxKEY';
const PEM = `-----BEGIN PRIVATE KEY-----\n${KEY}\n${KEY}\n-----END PRIVATE KEY-----\n`;
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwbGFudGVkIn0.cGxhbnRlZC1zaWduYXR1cmU';

export const PLANTED: readonly Planted[] = [
  { what: 'a private key in PEM', text: PEM, secret: KEY },
  {
    what: 'an RSA key without its end',
    text: `-----BEGIN RSA PRIVATE KEY-----\n${KEY}`,
    secret: KEY,
  },
  {
    what: 'the client key of a kubeconfig',
    text: `client-key-data: ${Buffer.from(PEM).toString('base64')}`,
    secret: Buffer.from(PEM).toString('base64').slice(40, 80),
  },
  {
    what: 'the token of a kubeconfig',
    text: 'token: planted-opaque-token-1',
    secret: 'planted-opaque-token-1',
  },
  { what: 'a password in YAML', text: 'password: pl4nted pass, word', secret: 'pl4nted pass' },
  { what: 'a password in JSON', text: '{"password":"pl4nted\\"pa ss\'word"}', secret: "ss'word" },
  { what: 'a signed token', text: JWT, secret: 'cGxhbnRlZC1zaWduYXR1cmU' },
  {
    what: 'a bearer header',
    text: 'Authorization: Bearer planted.opaque-bearer',
    secret: 'planted.opaque-bearer',
  },
  {
    what: 'a bearer token without its header',
    text: 'the request was sent with Bearer planted.bare-bearer',
    secret: 'planted.bare-bearer',
  },
  {
    what: 'basic credentials',
    text: 'authorization: Basic cGxhbnRlZDpwbGFudGVk',
    secret: 'cGxhbnRlZDpwbGFudGVk',
  },
  { what: 'a cookie', text: 'Set-Cookie: session=planted-cookie; Path=/', secret: 'planted-cookie' },
  { what: 'an OAuth token', text: 'ya29.a0AfB_plantedOAuthToken-x', secret: 'a0AfB_plantedOAuthToken' },
  {
    what: 'a refresh token',
    text: '{"refresh_token":"1//0gPlantedRefreshTokenPlanted"}',
    secret: '0gPlantedRefreshTokenPlanted',
  },
  {
    what: 'a token in a query',
    text: 'https://example.org/x?access_token=planted-query-token&y=1',
    secret: 'planted-query-token',
  },
  { what: 'a password in a URL', text: 'https://user:pl4ntedUrl@example.org/', secret: 'pl4ntedUrl' },
  {
    what: 'a service account',
    text: JSON.stringify({ type: 'service_account', private_key: PEM, client_email: 'a@b.c' }),
    secret: KEY,
  },
  {
    what: 'a client secret',
    text: '{"client_secret": "planted-client-secret"}',
    secret: 'planted-client-secret',
  },
];

/** What of the planted secrets is seen in a text, however it is escaped there. */
export function seenIn(text: string): readonly string[] {
  return PLANTED.filter(
    ({ secret }) => text.includes(secret) || text.includes(JSON.stringify(secret).slice(1, -1)),
  ).map(({ what }) => what);
}
