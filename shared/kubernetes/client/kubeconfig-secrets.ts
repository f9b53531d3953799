import { inspect } from 'node:util';
import { ApiException, type Cluster, type User } from '@kubernetes/client-node';
import { REPLACEMENT } from '../../secrets.ts';

/** Whatever a user's entry in a kubeconfig says of how they prove who they are. */
const CREDENTIALS = ['token', 'password', 'keyData', 'certData', 'exec', 'authProvider'] as const;

/** A shorter one is part of any text, and keeps nobody out. */
const LEAST_CHARACTERS = 6;
/** An error may be its own cause. */
const MOST_CAUSES = 8;

/**
 * Users of a kubeconfig that do not tell their credentials: printed, logged or put into a text all that stands there is that there are
 * some, and a copy of their fields has none. Who asks for a field by its name gets it, as the client does.
 */
export function hideCredentials(users: readonly User[]): void {
  const say = { value: () => REPLACEMENT };
  for (const user of users) {
    Object.defineProperties(user, { toString: say, toJSON: say, [inspect.custom]: say });
    for (const name of CREDENTIALS) {
      if (Object.hasOwn(user, name)) Object.defineProperty(user, name, { enumerable: false });
    }
  }
}

/** Each text that proves who asks, in the forms in which it is sent; `authorization` is the header that was sent last. */
export function credentialsIn(
  users: readonly User[],
  clusters: readonly Cluster[],
  authorization: string | undefined,
): readonly string[] {
  const ofUsers = users.flatMap(({ token, username, password, keyData }) => [
    token,
    password,
    password && Buffer.from(`${username}:${password}`).toString('base64'),
    keyData,
    keyData && Buffer.from(keyData, 'base64').toString('utf8'),
  ]);
  const ofProxies = clusters.flatMap(({ proxyUrl }) => {
    const { username, password } = URL.parse(proxyUrl ?? '') ?? {};
    return [username, password];
  });
  return [...ofUsers, ...ofProxies, authorization?.replace(/^\S+ /, '')]
    .filter((text) => typeof text === 'string')
    .map((text) => text.trim())
    .filter((text) => text.length >= LEAST_CHARACTERS);
}

/** The text with each of the credentials replaced, wherever and in whatever JSON it stands. */
export function without(credentials: readonly string[], text: string): string {
  return credentials.reduce((sofar, credential) => {
    const escaped = JSON.stringify(credential).slice(1, -1);
    return sofar.replaceAll(credential, REPLACEMENT).replaceAll(escaped, REPLACEMENT);
  }, text);
}

/**
 * Makes an error of the client one that may be logged with all that it holds: a gateway may have answered with the request's own
 * headers, and what cannot be sent is quoted. The answer's headers are of no use here. The error is still of its class.
 */
export function tellWithout(credentials: readonly string[], thrown: unknown, causesLeft = MOST_CAUSES): void {
  if (!(thrown instanceof Error)) return;
  const before = thrown.message;
  const message = thrown instanceof ApiException ? before.replace(/\nHeaders: .*$/s, '') : before;
  Reflect.set(
    thrown,
    'stack',
    without(
      credentials,
      (thrown.stack ?? '').replace(before, () => message),
    ),
  );
  Reflect.set(thrown, 'message', without(credentials, message));
  if (thrown instanceof ApiException) Reflect.set(thrown, 'headers', {});
  for (const [name, value] of Object.entries(thrown)) {
    if (name !== 'headers') Reflect.set(thrown, name, fieldWithout(credentials, value));
  }
  if (causesLeft > 0) tellWithout(credentials, thrown.cause, causesLeft - 1);
}

/** The client has read the body of some refusals already, and holds what it found. */
function fieldWithout(credentials: readonly string[], value: unknown): unknown {
  if (typeof value === 'string') return without(credentials, value);
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  try {
    return JSON.parse(without(credentials, JSON.stringify(value)));
  } catch {
    return undefined;
  }
}
