import { ApiException } from '@kubernetes/client-node';
import { z } from 'zod';
import { refusalIn } from '../../kubernetes/client/answers.ts';
import type { ApiServer } from '../../kubernetes/client/api-server.ts';
import { ClusterRefused, ClusterUnavailable } from '../../kubernetes/errors.ts';
import type { AuditedCluster } from '../cluster.ts';
import type { Manifest, Tried } from '../report/schema.ts';
import type { RawRequest, RawRequests } from './raw-requests.ts';

/** Where the kinds are that are suggested. */
const COLLECTIONS: Readonly<Record<string, (namespace: string) => string>> = {
  Service: (namespace) => `/api/v1/namespaces/${namespace}/services`,
  NetworkPolicy: (namespace) => `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`,
};

/** Nothing is stored; a field that the API server does not know is an error, so that no suggestion is quietly ignored. */
const DRY_RUN = {
  dryRun: 'All',
  fieldManager: 'shoot-dualstack-audit',
  fieldValidation: 'Strict',
} as const;

const documentSchema = z.object({
  kind: z.string(),
  metadata: z.object({ namespace: z.string(), name: z.string() }),
  spec: z.record(z.string(), z.unknown()),
});

const answerSchema = z.object({ spec: z.record(z.string(), z.unknown()).nullish() });

/** A right that is missing is asked for once, not for every manifest. */
export function tryingOut(api: ApiServer, requests: RawRequests): AuditedCluster['tryOut'] {
  const forbidden = new Map<string, Tried>();
  return async (manifest) => {
    const document = documentSchema.parse(manifest.document);
    const right = `${manifest.how} ${document.kind}`;
    const known = forbidden.get(right);
    if (known !== undefined) return known;
    const { namespace, name } = document.metadata;
    const request = requestFor(manifest, document);
    try {
      const answer = await api.read(`${right} ${namespace}/${name} (dry run)`, (options) =>
        answerOrNo(() => requests.send(request, options)),
      );
      if (!('no' in answer)) return effectOf(document.spec, answer.said);
      if (answer.no.code !== FORBIDDEN) return { result: 'refused', why: refusalOf(answer.no) };
      const tried: Tried = { result: 'not tried', why: refusalOf(answer.no) };
      forbidden.set(right, tried);
      return tried;
    } catch (error) {
      if (error instanceof ClusterRefused) return { result: 'refused', why: refusalIn(error) };
      if (error instanceof ClusterUnavailable) return { result: 'not tried', why: error.message };
      throw error;
    }
  };
}

const FORBIDDEN = 403;
const CONFLICT = 409;

/** To a migration these two are worth another try; here they are the answer: one may not, or it is for another version. */
async function answerOrNo(
  send: () => Promise<unknown>,
): Promise<{ readonly said: unknown } | { readonly no: ApiException<unknown> }> {
  try {
    return { said: await send() };
  } catch (error) {
    if (error instanceof ApiException && [FORBIDDEN, CONFLICT].includes(error.code)) return { no: error };
    throw error;
  }
}

function refusalOf(no: ApiException<unknown>): string {
  return refusalIn(new Error(no.message, { cause: no }));
}

function requestFor(
  { how, document }: Manifest,
  { kind, metadata: { namespace, name } }: z.output<typeof documentSchema>,
): RawRequest {
  const collection = COLLECTIONS[kind]?.(encodeURIComponent(namespace));
  if (collection === undefined) throw new TypeError(`no path is known for a ${kind}`);
  return how === 'create'
    ? {
        method: 'POST',
        path: collection,
        query: DRY_RUN,
        body: { contentType: 'application/json', document },
      }
    : {
        method: 'PATCH',
        path: `${collection}/${encodeURIComponent(name)}`,
        query: DRY_RUN,
        body: { contentType: 'application/merge-patch+json', document },
      };
}

/** A webhook may write back what is asked for: then it is accepted, and nothing comes of it. */
function effectOf(wanted: Readonly<Record<string, unknown>>, answer: unknown): Tried {
  const spec = answerSchema.safeParse(answer).data?.spec ?? {};
  const ignored = Object.keys(wanted).filter((field) => !isWithin(wanted[field], spec[field]));
  if (ignored.length === 0) return { result: 'accepted' };
  return {
    result: 'refused',
    why: `it is accepted, but without effect on ${ignored.map((field) => `spec.${field}`).join(', ')}`,
  };
}

/** Whether all that is wanted is there; the API server fills in more. */
function isWithin(wanted: unknown, present: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return wanted === present;
  if (typeof present !== 'object' || present === null) return Object.keys(wanted).length === 0;
  if (Array.isArray(wanted) && Array.isArray(present) && wanted.length !== present.length) return false;
  return Object.entries(wanted).every(([key, value]) => isWithin(value, Reflect.get(present, key)));
}
