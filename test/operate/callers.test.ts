import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { googleCallers, type Keys } from '../../shared/edge/operate/google-callers.ts';

const IAP_AUDIENCE = '/projects/123/locations/europe-west1/services/operate';
const AUDIENCE = 'https://operate-abc.a.run.app';

const iap = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const google = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const keys: Keys = {
  iap: async () => ({ 'iap-1': pem(iap.publicKey) }),
  google: async () => ({ 'google-1': pem(google.publicKey) }),
};

interface Claims {
  readonly iss?: string;
  readonly aud?: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly exp?: number;
  readonly iat?: number;
}

function token(header: { alg: string; kid: string }, claims: Claims, key: KeyObject): string {
  const now = Math.floor(Date.now() / 1_000);
  const payload = { sub: '1', iat: now - 10, exp: now + 600, ...claims };
  const signed = [header, payload]
    .map((each) => Buffer.from(JSON.stringify(each)).toString('base64url'))
    .join('.');
  const signature =
    header.alg === 'none'
      ? Buffer.alloc(0)
      : sign(
          'sha256',
          Buffer.from(signed),
          header.alg === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : key,
        );
  return `${signed}.${signature.toString('base64url')}`;
}

const assertion = (claims: Claims = {}, key = iap.privateKey, header = { alg: 'ES256', kid: 'iap-1' }) =>
  token(
    header,
    { iss: 'https://cloud.google.com/iap', aud: IAP_AUDIENCE, email: 'alice@example.com', ...claims },
    key,
  );
const idToken = (claims: Claims = {}, key = google.privateKey) =>
  token(
    { alg: 'RS256', kid: 'google-1' },
    {
      iss: 'https://accounts.google.com',
      aud: AUDIENCE,
      email: 'bob@example.com',
      email_verified: true,
      ...claims,
    },
    key,
  );

const identify = googleCallers({ iapAudience: IAP_AUDIENCE, audience: AUDIENCE, keys });
const IAP_HEADER = 'x-goog-iap-jwt-assertion';

test('whom Identity-Aware Proxy signs for is known', async () => {
  const who = { name: 'alice@example.com', verified: true };
  expect(await identify({ [IAP_HEADER]: assertion() })).toEqual({ who });
});

test('who brings a Google ID token for this service, with its signature, is known', async () => {
  const who = { name: 'bob@example.com', verified: true };
  expect(await identify({ authorization: `Bearer ${idToken()}` })).toEqual({ who });
});

const past = Math.floor(Date.now() / 1_000) - 7_200;

test.each<[what: string, headers: Record<string, string | string[]>]>([
  ['nothing', {}],
  ['an assertion that another key signed', { [IAP_HEADER]: assertion({}, stranger.privateKey) }],
  [
    'an assertion for another service',
    { [IAP_HEADER]: assertion({ aud: '/projects/1/global/backendServices/2' }) },
  ],
  ['an assertion of another issuer', { [IAP_HEADER]: assertion({ iss: 'https://accounts.google.com' }) }],
  ['an assertion that has ended', { [IAP_HEADER]: assertion({ iat: past, exp: past + 600 }) }],
  [
    'an assertion without a signature',
    { [IAP_HEADER]: assertion({}, iap.privateKey, { alg: 'none', kid: 'iap-1' }) },
  ],
  [
    'an assertion with a key that nobody knows',
    { [IAP_HEADER]: assertion({}, iap.privateKey, { alg: 'ES256', kid: 'x' }) },
  ],
  ['an assertion that names nobody', { [IAP_HEADER]: assertion({ email: '' }) }],
  ['two assertions', { [IAP_HEADER]: [assertion(), assertion()] }],
  ['garbage for an assertion', { [IAP_HEADER]: 'a.b.c' }],
  [
    'the unsigned headers of Identity-Aware Proxy',
    { 'x-goog-authenticated-user-email': 'accounts.google.com:alice@example.com' },
  ],
  [
    'an ID token for another service',
    { authorization: `Bearer ${idToken({ aud: 'https://status-abc.a.run.app' })}` },
  ],
  ['an ID token of another issuer', { authorization: `Bearer ${idToken({ iss: 'https://evil.example' })}` }],
  [
    'an ID token of an address that is not verified',
    { authorization: `Bearer ${idToken({ email_verified: false })}` },
  ],
  ['an ID token that has ended', { authorization: `Bearer ${idToken({ iat: past, exp: past + 600 })}` }],
  ['an ID token in the place of an assertion', { [IAP_HEADER]: idToken() }],
  ['an assertion in the place of an ID token', { authorization: `Bearer ${assertion()}` }],
  [
    'an ID token in the header that Cloud Run alone reads',
    { 'x-serverless-authorization': `Bearer ${idToken()}` },
  ],
  ['a name that could end a line', { [IAP_HEADER]: assertion({ email: 'a\nb@example.com' }) }],
])('who brings %s is not known', async (_, headers) => {
  expect(await identify(headers)).toEqual({ unproven: expect.any(String) });
});

test('a token whose signature Cloud Run took away is not believed, and it is said what to do', async () => {
  const [header, payload] = idToken().split('.');
  const authorization = `Bearer ${header}.${payload}.SIGNATURE_REMOVED_BY_GOOGLE`;
  expect(await identify({ authorization })).toEqual({
    unproven: expect.stringContaining('X-Serverless-Authorization'),
  });
});

test('without a setting that says for whom tokens must be, nobody is known', async () => {
  const nobody = googleCallers({ keys });
  expect(await nobody({ [IAP_HEADER]: assertion() })).toEqual({
    unproven: expect.stringContaining('OPERATE_AUDIENCE'),
  });
  const byProxy = googleCallers({ iapAudience: IAP_AUDIENCE, keys });
  expect(await byProxy({ authorization: `Bearer ${idToken()}` })).toEqual({ unproven: expect.any(String) });
});

test('a refusal quotes nothing of the token', async () => {
  const bad = assertion({}, stranger.privateKey);
  const { unproven } = { unproven: '', ...(await identify({ [IAP_HEADER]: bad })) };
  for (const part of bad.split('.')) expect(unproven).not.toContain(part.slice(0, 12));
});
