import { ApiError, badRequest, forbiddenValue, invalidOptions, unsupportedValue } from '../rules/errors.ts';
import type { ObjectStore } from '../store/store.ts';

const MATCHES = ['Exact', 'NotOlderThan', ''];

interface Versions {
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
  readonly limit?: number;
}

/**
 * The version that a list has to show exactly; undefined when the present one will do.
 *
 * @throws ApiError 400 for what is no version, 422 for a match without one, 504 for a version of the future.
 */
export function checkVersions(store: ObjectStore, options: Versions): number | undefined {
  const { resourceVersion = '', resourceVersionMatch = '' } = options;
  if (resourceVersionMatch !== '' && resourceVersion === '') {
    throw invalidOptions('ListOptions', [
      forbiddenValue(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden unless resourceVersion is provided',
      ),
    ]);
  }
  if (!MATCHES.includes(resourceVersionMatch)) {
    throw invalidOptions('ListOptions', [
      unsupportedValue('resourceVersionMatch', resourceVersionMatch, MATCHES),
    ]);
  }
  if (resourceVersion === '') return undefined;
  const version = Number(resourceVersion);
  if (!/^\d+$/.test(resourceVersion))
    throw badRequest(`invalid resource version: ${malformed(resourceVersion)}`);
  if (version > store.version) throw tooLarge(version, store.version);
  if (resourceVersionMatch === 'Exact') return version;
  // Before there was a match to ask for, a version with a limit meant exactly that version.
  return resourceVersionMatch === '' && (options.limit ?? 0) > 0 && version > 0 ? version : undefined;
}

/** What is no version, in the words of the server's parser. */
export function malformed(text: string): string {
  return `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`;
}

/** The real server waits three seconds for the version to come. */
function tooLarge(requested: number, current: number): ApiError {
  return new ApiError(504, 'Timeout', `Too large resource version: ${requested}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}
