import { z } from 'zod';
import { beginningOf } from '../../secrets.ts';

/** What is said of a request that is not answered as asked (RFC 9457, `application/problem+json`). */
export const problemSchema = z.strictObject({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('What was asked for, what stands in the way, and what to do.'),
  errors: z
    .array(z.strictObject({ field: z.string(), expected: z.string() }))
    .optional()
    .describe('Parameters and fields that are missing or wrong, and what was expected there.'),
});
export type ProblemBody = z.infer<typeof problemSchema>;

const TITLES = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Content too large',
  415: 'Unsupported media type',
  500: 'Internal error',
  503: 'Not available now',
} as const;
export type ProblemStatus = keyof typeof TITLES;

/** What came may be quoted, and be of any length. */
const MOST_CHARACTERS = 1_000;
const MOST_ERRORS = 20;

/** Thrown by whoever cannot answer a request; the edge makes an answer of it. */
export class Problem extends Error {
  readonly status: ProblemStatus;
  readonly errors: ProblemBody['errors'];
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    status: ProblemStatus,
    detail: string,
    more: {
      readonly errors?: readonly { readonly field: string; readonly expected: string }[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: more.cause });
    this.name = 'Problem';
    this.status = status;
    this.headers = more.headers ?? {};
    this.errors = more.errors?.slice(0, MOST_ERRORS).map(({ field, expected }) => ({
      field: beginningOf(field, 100),
      expected: beginningOf(expected, 300),
    }));
  }

  get body(): ProblemBody {
    const { status, message, errors } = this;
    return {
      type: 'about:blank',
      title: TITLES[status],
      status,
      detail: beginningOf(message, MOST_CHARACTERS),
      ...(errors && { errors }),
    };
  }
}

/** Each field that is wrong, from a zod error; parameters that nobody knows are named one by one. */
export function fieldErrors(error: z.ZodError): { field: string; expected: string }[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((field) => ({ field, expected: 'nothing: no such field is known' }));
    }
    return [{ field: issue.path.join('.') || '(whole)', expected: issue.message }];
  });
}
