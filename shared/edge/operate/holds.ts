import { z } from 'zod';
import { pauseSchema, projectId, resumeSchema } from '../../engine/pause-target.ts';
import { fieldErrors, Problem } from '../http/problem.ts';
import { type ActMessage, scopeMessage } from './act-messages.ts';

/** What is to be held, or let go. */
export const holdSchema = z.strictObject({
  kind: z.enum(['project', 'namespace', 'all'], 'expected "project", "namespace" or "all"'),
  name: projectId.optional().describe('Of the project or namespace; absent for `all`.'),
  held: z.boolean('expected true or false'),
  perMinute: z
    .int('expected a whole number from 1 to 1000')
    .optional()
    .describe('How many go on each minute, where everything is let go.'),
});

/** The message that asks for it. @throws Problem naming the field that does not fit the others. */
export function holdMessage({ kind, name, held, perMinute }: z.output<typeof holdSchema>): ActMessage {
  if ((kind === 'all') !== (name === undefined)) {
    const expected = kind === 'all' ? 'expected nothing for all' : `expected the name of the ${kind}`;
    throw misfit([{ field: 'name', expected }]);
  }
  if (held && perMinute !== undefined) {
    throw misfit([{ field: 'perMinute', expected: 'expected only beside "held": false' }]);
  }
  const message = scopeMessage({ kind, name }, held, perMinute);
  const read = (held ? pauseSchema : resumeSchema).safeParse(message.body);
  if (!read.success) {
    const errors = fieldErrors(read.error).map(({ field, expected }) => ({
      field: field === kind ? 'name' : field,
      expected,
    }));
    throw misfit(errors);
  }
  return message;
}

function misfit(errors: readonly { readonly field: string; readonly expected: string }[]): Problem {
  return new Problem(400, 'The body cannot be understood.', { errors: [...errors] });
}
