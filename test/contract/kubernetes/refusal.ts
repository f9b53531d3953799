import { ApiException } from '@kubernetes/client-node';
import { z } from 'zod';
import { refusalDetails } from './wire.ts';

const status = z
  .object({
    code: z.number(),
    reason: z.string(),
    message: z.string(),
    details: refusalDetails,
  })
  .partial();

export type Refusal = z.infer<typeof status> & { readonly headers: Readonly<Record<string, string>> };

/** The Status and the headers that client-node was refused with. */
export async function refusedWith(attempt: Promise<unknown>): Promise<Refusal> {
  try {
    await attempt;
  } catch (error) {
    if (!(error instanceof ApiException)) throw error;
    const body: unknown = typeof error.body === 'string' ? JSON.parse(error.body) : error.body;
    return { ...status.parse(body), headers: error.headers };
  }
  throw new Error('expected a refusal');
}
