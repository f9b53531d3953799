import type { KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { boundedText } from '../../bounded-text.ts';
import { beginningOf } from '../../secrets.ts';
import { InvalidKubeconfig } from '../client/kubeconfig.ts';
import { without } from '../client/kubeconfig-secrets.ts';
import { ClusterUnavailable, NoAccess } from '../errors.ts';
import type { CredentialSource } from './credentials.ts';
import type { GoogleIdentity } from './google-identity.ts';
import { Secret } from './secret.ts';
import { selfContainedKubeconfig } from './stored-kubeconfig.ts';

export interface SecretManagerOptions {
  readonly identity: GoogleIdentity;
  /** `projects/<project>/secrets/<secret>`, perhaps with `/versions/<version>`. */
  readonly secret: string;
  /** The environment variable that says so; messages name it. */
  readonly variable: string;
  readonly endpoint?: string;
}

const GOOGLE = 'https://secretmanager.googleapis.com';
/** A new version is seen after so long. */
const RENEW_AFTER_MS = 300_000;
/** While Secret Manager gives no answer, what it said last is believed for so long. */
const END_AFTER_MS = 3_600_000;
const TIMEOUT_MS = 15_000;
/** A payload has 64 KiB at most, in base64. */
const MOST_BYTES = 200_000;
const MOST_WORDS = 300;

const answerSchema = z.object({ payload: z.object({ data: z.base64().min(1) }) });
const errorSchema = z.object({ error: z.object({ message: z.string() }) });

/** A kubeconfig that somebody stored in Secret Manager, as its newest version has it unless another is named. */
export function kubeconfigInSecretManager(options: SecretManagerOptions): CredentialSource {
  const { secret, variable } = options;
  const call = `access the secret ${secret} (${variable})`;
  return {
    async fetch() {
      const text = await accessed(call, options);
      return {
        kubeconfig: usable(call, text),
        renewAfterMs: RENEW_AFTER_MS,
        endAfterMs: END_AFTER_MS,
      };
    },
    notTaken: (refused) =>
      new NoAccess(
        'CredentialsNotTaken',
        `${refused}: the API server does not take the credentials of the kubeconfig in ${secret} (${variable}).`,
        'Add a version with a kubeconfig that is good to the secret, then publish the step again.',
      ),
  };
}

async function accessed(
  call: string,
  { identity, secret, variable, endpoint = GOOGLE }: SecretManagerOptions,
): Promise<Secret> {
  const version = secret.includes('/versions/') ? secret : `${secret}/versions/latest`;
  const token = await identity.accessToken();
  const { status, body } = await answerOf(call, `${endpoint}/v1/${version}:access`, token);
  if (status === 200) return payloadIn(call, body);
  const words = `HTTP ${status}: ${wordsIn(body)}`;
  // 401: the token was just given out; a service account that is being set up is known a while later.
  if (status === 429 || status === 408 || status === 401 || status >= 500) {
    throw new ClusterUnavailable(call, words);
  }
  throw new NoAccess(
    'SecretNotReadable',
    `${call}: ${words}.`,
    `Create the secret with an enabled version, let the function’s service account read it (roles/secretmanager.secretAccessor), or name another one in ${variable}. Then publish the step again.`,
  );
}

async function answerOf(call: string, url: string, token: Secret): Promise<{ status: number; body: Secret }> {
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token.reveal()}` },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = response.body === null ? '' : await boundedText(response.body, MOST_BYTES);
    return { status: response.status, body: new Secret(text) };
  } catch (error) {
    const { message = '', cause } = error instanceof Error ? error : {};
    const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
    throw new ClusterUnavailable(call, without([token.reveal()], why));
  }
}

function payloadIn(call: string, body: Secret): Secret {
  const parsed = answerSchema.safeParse(jsonIn(body));
  if (parsed.success) {
    return new Secret(Buffer.from(parsed.data.payload.data, 'base64').toString('utf8'));
  }
  throw new ClusterUnavailable(call, 'the answer is no payload of a secret');
}

function usable(call: string, text: Secret): KubeConfig {
  try {
    return selfContainedKubeconfig(text);
  } catch (error) {
    if (!(error instanceof InvalidKubeconfig)) throw error;
    throw new NoAccess(
      'KubeconfigUnusable',
      `${call}: ${error.message}.`,
      'Add a version with a good kubeconfig to the secret, then publish the step again.',
    );
  }
}

/** Google's own words of a refusal; a refusal holds no payload. */
function wordsIn(body: Secret): string {
  const parsed = errorSchema.safeParse(jsonIn(body));
  return parsed.success ? beginningOf(parsed.data.error.message, MOST_WORDS) : 'without an explanation';
}

function jsonIn(body: Secret): unknown {
  try {
    return JSON.parse(body.reveal());
  } catch {
    return undefined;
  }
}
