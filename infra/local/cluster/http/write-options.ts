import type { FieldValidation, PatchOptions } from '../api/requests.ts';
import type { FieldError } from '../rules/errors.ts';
import { forbiddenValue, invalidOptions, unsupportedValue } from '../rules/errors.ts';
import { duplicateFields } from '../schema/duplicates.ts';

/** A write as far as its options are concerned. */
interface Write {
  readonly verb: 'create' | 'update' | 'patch';
  readonly query: URLSearchParams;
  readonly mediaType: string;
  readonly userAgent: string;
  /** As it came; looked through for fields given twice. */
  readonly body: string;
}

const KINDS = { create: 'CreateOptions', update: 'UpdateOptions', patch: 'PatchOptions' } as const;
const MODES: readonly string[] = ['', 'Ignore', 'Strict', 'Warn'];

/**
 * What the query of a write asks for. Sentences for the client are added to `warnings` while the write goes on.
 *
 * @throws ApiError 422 for values that are none.
 */
export function writeOptions(write: Write, warnings: string[]): PatchOptions {
  const { verb, query } = write;
  const applying = write.mediaType === 'application/apply-patch+yaml';
  const errors: FieldError[] = dryRunViolations(query.getAll('dryRun'));
  if (query.has('force') && !applying) {
    errors.push(forbiddenValue('force', 'may not be specified for non-apply patch'));
  }
  const mode = query.get('fieldValidation') ?? '';
  if (!MODES.includes(mode)) errors.push(unsupportedValue('fieldValidation', mode, MODES));
  if (errors.length > 0) throw invalidOptions(KINDS[verb], errors);
  const manager = query.get('fieldManager') ?? '';
  return {
    dryRun: query.has('dryRun'),
    force: query.get('force') === 'true',
    fieldManager: manager !== '' || applying ? manager : nameOf(write.userAgent),
    fieldValidation: validation(write, mode === 'Strict' || mode === 'Ignore' ? mode : 'Warn', warnings),
  };
}

export function dryRunViolations(values: readonly string[]): FieldError[] {
  return values.every((value) => value === 'All') ? [] : [unsupportedValue('dryRun', values, ['All'])];
}

/** A writer that does not say its name is known by the first word of its user agent. */
function nameOf(userAgent: string): string {
  return userAgent.split('/')[0]?.trim() || 'unknown';
}

function validation(write: Write, mode: FieldValidation['mode'], warnings: string[]): FieldValidation {
  const whole = write.verb !== 'patch' && write.mediaType === 'application/json';
  return {
    mode,
    get duplicates() {
      return whole && mode !== 'Ignore' ? duplicateFields(write.body) : [];
    },
    warn: (sentence) => void warnings.push(sentence),
  };
}
