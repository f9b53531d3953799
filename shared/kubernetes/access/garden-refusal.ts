import { refusalIn, wasAnswered } from '../client/answers.ts';
import { ClusterRefused, NoAccess } from '../errors.ts';

/** Characters of the garden's words. */
const MOST_WORDS = 300;

/**
 * What a refused request for a kubeconfig means, and what a human can do about it. What passes by itself, such as 429 and 5xx,
 * stays what it is.
 */
export function gardenRefusal(
  call: string,
  error: unknown,
  { subresource, roleFile }: { readonly subresource: string; readonly roleFile: string },
): unknown {
  if (!(error instanceof ClusterRefused)) return error;
  const words = refusalIn(error).slice(0, MOST_WORDS);
  const options = { cause: error.cause };
  if (wasAnswered(error, 401)) {
    return new NoAccess(
      'CredentialsNotTaken',
      `${call}: the garden does not take the credentials of the functions: ${words}.`,
      'Store a kubeconfig that is good where GARDEN_KUBECONFIG points to, then publish the step again.',
      options,
    );
  }
  if (wasAnswered(error, 403)) {
    return new NoAccess(
      'GardenForbids',
      `${call}: ${words}.`,
      `Apply ${roleFile} to the garden, bound in the shoot’s namespace to whom the functions are there, then publish the step again.`,
      options,
    );
  }
  if (wasAnswered(error, 404)) return notThere(call, words, subresource, options);
  return new NoAccess(
    'GardenRefuses',
    `${call}: ${words} [${error.reason}].`,
    'Remove the cause, then publish the step again; or give the functions a kubeconfig of the shoot (SHOOT_KUBECONFIG_SECRET).',
    options,
  );
}

/** An object that is missing is named; a path that the server does not know is not (apimachinery, `NewGenericServerResponse`). */
function notThere(call: string, words: string, subresource: string, options: ErrorOptions): NoAccess {
  if (/"[^"]*" not found/.test(words)) {
    return new NoAccess(
      'ShootNotInGarden',
      `${call}: ${words}.`,
      'See whether the functions ask the right garden (GARDEN_KUBECONFIG, GARDEN_KUBECONFIG_SECRET or GARDEN_URL); if the Shoot was deleted, nothing is left to do.',
      options,
    );
  }
  return new NoAccess(
    'NoViewerAccess',
    `${call}: this garden knows no ${subresource}: ${words}.`,
    'If this is the garden, its Gardener is too old for that: set PLAN_ACCESS=admin for one without viewerkubeconfig, or SHOOT_KUBECONFIG_SECRET. If not, set the right garden. Then publish the step again.',
    options,
  );
}
