import type { V1SubjectAccessReviewStatus } from '@kubernetes/client-node';
import pLimit from 'p-limit';
import { ClusterRefused } from '../errors.ts';
import { inWords, type MissingRights, type Permission } from '../permission.ts';
import type { ApiServer } from './api-server.ts';

/** Questions under way at once; a migration asks some forty. */
const ASKED_AT_ONCE = 10;

type Verdict =
  | { readonly kind: 'granted' | 'missing' }
  /** In the API server's words. */
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Asks the API server itself, by a SelfSubjectAccessReview each: whatever authorizes there, RBAC or not, answers as it would
 * answer the request. Nothing is stored by that. Kubernetes lets every authenticated user ask (`system:basic-user`);
 * where a cluster does not, all that is left to ask is unknown.
 *
 * @throws ClusterUnavailable
 */
export async function missingAmong(
  api: ApiServer,
  permissions: readonly Permission[],
): Promise<MissingRights> {
  const limit = pLimit(ASKED_AT_ONCE);
  let refusal: string | undefined;

  async function ask(permission: Permission): Promise<Verdict> {
    // Who may not ask one question may ask none.
    if (refusal !== undefined) return { kind: 'unknown', why: refusal };
    try {
      return verdictIn(await review(api, permission));
    } catch (error) {
      if (!(error instanceof ClusterRefused)) throw error;
      refusal = error.message;
      return { kind: 'unknown', why: refusal };
    }
  }

  try {
    const verdicts = await Promise.all(
      permissions.map((permission) => limit(async () => ({ permission, verdict: await ask(permission) }))),
    );
    return {
      missing: verdicts.flatMap(({ permission, verdict }) => (verdict.kind === 'missing' ? permission : [])),
      unknown: verdicts.flatMap(({ permission, verdict }) =>
        verdict.kind === 'unknown' ? { permission, why: verdict.why } : [],
      ),
    };
  } finally {
    // After a failure nobody waits for the rest.
    limit.clearQueue();
  }
}

async function review(
  api: ApiServer,
  permission: Permission,
): Promise<V1SubjectAccessReviewStatus | undefined> {
  const { namespace, group, name, verb } = permission;
  const [resource, subresource] = permission.resource.split('/');
  const resourceAttributes = {
    verb,
    group,
    ...(resource !== undefined && { resource }),
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  };
  const body = { spec: { resourceAttributes } };
  const { status } = await api.read(`ask whether one may ${inWords([permission])}`, (options) =>
    api.authorization.createSelfSubjectAccessReview({ body }, options),
  );
  return status;
}

/** A no of an authorizer that failed, such as a webhook that is away, is none. RBAC's own "no" has no such error. */
function verdictIn(status: V1SubjectAccessReviewStatus | undefined): Verdict {
  if (status?.allowed === true) return { kind: 'granted' };
  // `null` too, which the client's type does not know.
  if (!status) return { kind: 'unknown', why: 'the answer has no status' };
  const { evaluationError, denied } = status;
  if (evaluationError && denied !== true) return { kind: 'unknown', why: evaluationError };
  return { kind: 'missing' };
}
