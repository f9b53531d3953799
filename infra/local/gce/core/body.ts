import { z } from 'zod';
import { ComputeError, invalid, required } from './errors.ts';

/** A resource name as RFC 1035 has it. */
export const resourceName = z
  .string()
  .regex(
    /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/,
    "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'",
  );

/**
 * Reads a request's body.
 * @throws ComputeError 400 that names the field: `required` when it is missing, `invalid` otherwise.
 */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown, root = 'resource'): T {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue === undefined) throw new ComputeError(400, 'invalid', 'Invalid request body.');
  const field = fieldName(root, issue.path);
  const value = valueAt(body, issue.path);
  if (value === undefined) throw required(field);
  throw invalid(field, typeof value === 'string' ? value : JSON.stringify(value), issue.message);
}

/** `resource.secondaryIpRanges[0].ipCidrRange` */
export function fieldName(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (name, step) => (typeof step === 'number' ? `${name}[${step}]` : `${name}${name && '.'}${String(step)}`),
    root,
  );
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    body,
  );
}
