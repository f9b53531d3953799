import type { ConfigurationOptions, KubeConfig } from '@kubernetes/client-node';
import { ApiException, CustomObjectsApi, Observable, ResponseContext } from '@kubernetes/client-node';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { beginningOf } from '../../secrets.ts';
import { ApiServer } from '../client/api-server.ts';
import { boundedAnswer } from '../client/bounded-answer.ts';
import { InvalidKubeconfig } from '../client/kubeconfig.ts';
import { ClusterUnavailable, NoAccess } from '../errors.ts';
import { ROLE_FILES } from '../rights.ts';
import { type CredentialSource, type Credentials, lifeOf } from './credentials.ts';
import { gardenRefusal } from './garden-refusal.ts';
import { Secret } from './secret.ts';
import { selfContainedKubeconfig } from './stored-kubeconfig.ts';

/** Gardener's two kinds: cluster-admin, and reading all but Secrets (`docs/usage/shoot_access.md`). */
export type Purpose = 'act' | 'plan';

export const SUBRESOURCE = { act: 'adminkubeconfig', plan: 'viewerkubeconfig' } as const;
const KIND = { act: 'AdminKubeconfigRequest', plan: 'ViewerKubeconfigRequest' } as const;

/** Twice the least that Gardener takes (`authentication/validation`): a run and its margin, and not much more to be stolen. */
const EXPIRATION_SECONDS = 1_200;
/** Whatever the clocks say, what was issued now may be tried for so long; whether it is taken is the API server's to say. */
const LEAST_LIFE_MS = 60_000;
/** Of wall time; half of what the request waits that needs the credentials. */
const TIMEOUT_MS = 15_000;
/** A kubeconfig has some ten thousand characters. */
const MOST_BYTES = 1_048_576;

const answerSchema = z.object({
  status: z.object({
    kubeconfig: z.base64().min(1),
    expirationTimestamp: z.iso.datetime({ offset: true }),
  }),
});

export interface ShootByGardenOptions {
  /** Asked for before each request: a file may have been replaced. */
  readonly garden: () => KubeConfig;
  readonly clock: Clock;
  readonly shoot: { readonly namespace: string; readonly name: string };
  readonly purpose: Purpose;
}

/** Short-lived credentials for a shoot's cluster, which the garden issues: {@link SUBRESOURCE} of the Shoot. */
export function shootByGarden({ garden, clock, shoot, purpose }: ShootByGardenOptions): CredentialSource {
  const subresource = SUBRESOURCE[purpose];
  const call = `request ${subresource} of Shoot ${shoot.namespace}/${shoot.name}`;
  const body = {
    apiVersion: 'authentication.gardener.cloud/v1alpha1',
    kind: KIND[purpose],
    spec: { expirationSeconds: EXPIRATION_SECONDS },
  };
  const place = {
    group: 'core.gardener.cloud',
    version: 'v1beta1',
    namespace: shoot.namespace,
    plural: 'shoots',
  };

  return {
    async fetch() {
      const kubeconfig = garden();
      const api = new ApiServer({ kubeconfig, clock, requestTimeoutMs: TIMEOUT_MS });
      const shoots = kubeconfig.makeApiClient(CustomObjectsApi);
      const answer = new SecretAnswer();
      try {
        await api.once(call, (options) =>
          shoots.createNamespacedCustomObject(
            { ...place, body },
            answer.of(`${encodeURIComponent(shoot.name)}/${subresource}`, options),
          ),
        );
      } catch (error) {
        throw gardenRefusal(call, error, { subresource, roleFile: ROLE_FILES['garden-access'] });
      }
      return credentialsIn(call, answer, clock);
    },
    notTaken: () =>
      new ClusterUnavailable(
        call,
        'the shoot’s API server does not take what the garden has just issued for it, as while a certificate authority is rotated',
      ),
  };
}

function credentialsIn(call: string, { text, date }: SecretAnswer, clock: Clock): Credentials {
  // Not a word of what came: it may hold the credentials in some other form.
  const notUnderstood = (why: string) =>
    new NoAccess(
      'GardenNotUnderstood',
      `${call}: ${why}.`,
      'See whether the garden’s address is that of its API server, and not of a proxy or login page, then publish the step again.',
    );
  const parsed = answerSchema.safeParse(jsonIn(text));
  if (!parsed.success) {
    throw notUnderstood('expected an answer with status.kubeconfig and status.expirationTimestamp');
  }
  const { kubeconfig, expirationTimestamp } = parsed.data.status;
  // By the garden's own clock, which need not agree with this machine's.
  const issuedAt = date ?? clock.now();
  const goodForMs = Math.min(Date.parse(expirationTimestamp) - issuedAt, EXPIRATION_SECONDS * 1000);
  try {
    const text = new Secret(Buffer.from(kubeconfig, 'base64').toString('utf8'));
    return {
      kubeconfig: selfContainedKubeconfig(text),
      ...lifeOf(Math.max(goodForMs, LEAST_LIFE_MS)),
    };
  } catch (error) {
    if (!(error instanceof InvalidKubeconfig)) throw error;
    throw notUnderstood(beginningOf(error.message, 300));
  }
}

/**
 * An answer that is kept from the client: what it cannot read it quotes in its errors. Of the request, only the path is ours,
 * since the client knows no subresources of custom resources.
 */
class SecretAnswer {
  text: Secret | undefined;
  /** Of the server's clock, in milliseconds since the epoch; undefined when it does not say. */
  date: number | undefined;

  of(path: string, options: ConfigurationOptions): ConfigurationOptions {
    return {
      ...options,
      middleware: [
        ...(options.middleware ?? []),
        {
          pre: (request) => {
            const url = new URL(request.getUrl());
            url.pathname = `${url.pathname}/${path}`;
            request.setUrl(url.href);
            return new Observable(Promise.resolve(request));
          },
          post: (response) => new Observable(this.#keep(response)),
        },
      ],
      middlewareMergeStrategy: 'append',
    };
  }

  async #keep(response: ResponseContext): Promise<ResponseContext> {
    const date = Date.parse(response.headers.date ?? '');
    this.date = Number.isNaN(date) ? undefined : date;
    const text = await boundedAnswer(response, MOST_BYTES).body.text();
    if (response.httpStatusCode < 200 || response.httpStatusCode > 299) {
      throw new ApiException(response.httpStatusCode, 'refused', beginningOf(text, 4_000), {});
    }
    this.text = new Secret(text);
    const nothing = '{}';
    return new ResponseContext(
      200,
      { 'content-type': 'application/json' },
      {
        text: async () => nothing,
        binary: async () => Buffer.from(nothing),
        stream: () => null,
      },
    );
  }
}

function jsonIn(text: Secret | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text.reveal());
  } catch {
    return undefined;
  }
}
