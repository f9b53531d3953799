import { z } from 'zod';
import { type ComputeError, ComputeUnavailable, ResourceNotFound } from '../errors.ts';
import type { Api } from './api.ts';
import type { RequestOptions } from './calls.ts';
import { nameOf } from './links.ts';
import { refusalError } from './refusals.ts';
import { RateExceeded, ShortTrouble } from './trouble.ts';

const operationSchema = z.object({
  name: z.string(),
  /** Absent when the client does not know the status. */
  status: z.string().nullish(),
  zone: z.string().nullish(),
  region: z.string().nullish(),
  httpErrorStatusCode: z.number().nullish(),
  error: z
    .object({
      errors: z.array(z.object({ code: z.string().nullish(), message: z.string().nullish() })).default([]),
    })
    .nullish(),
});
type Operation = z.output<typeof operationSchema>;

/** A call that starts an operation resolves with a handle whose `latestResponse` is the operation. */
const handleSchema = z.object({ latestResponse: operationSchema });

/** `wait` blocks up to two minutes, but may return at once (gcp-compute-semantics.md §4.1). */
const WAIT_TIMEOUT_MS = 150_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;
const MOST_WAITS = 60;

/**
 * Waits until the operation is DONE and returns what made it fail, if it failed: HTTP 200 says nothing about success.
 * An operation that is not known any more has ended (they are kept for an hour at least after that); what came of it
 * only a read can tell, as after every change.
 *
 * @throws ComputeUnavailable when it does not end, or cannot be asked for.
 */
export async function followOperation(
  api: Api,
  call: string,
  started: unknown,
): Promise<ComputeError | undefined> {
  const { latestResponse } = api.understood(call, handleSchema, started);
  let operation: Operation = latestResponse;
  for (let waits = 0; operation.status !== 'DONE'; waits += 1) {
    if (waits === MOST_WAITS) {
      throw new ComputeUnavailable(call, `operation ${operation.name} is still not done`);
    }
    if (waits > 0) await api.pause(Math.min(FIRST_PAUSE_MS * 2 ** (waits - 1), LONGEST_PAUSE_MS));
    const answer = await waited(api, call, operation);
    if (answer === undefined) {
      api.warn(call, `operation ${operation.name} is not known any more`);
      return undefined;
    }
    operation = answer;
  }
  return failureOf(call, operation);
}

async function waited(api: Api, call: string, operation: Operation): Promise<Operation | undefined> {
  try {
    const waiting = `${call}: wait for ${operation.name}`;
    const [answer] = await api.read(waiting, (options) => sendWait(api, operation, options), WAIT_TIMEOUT_MS);
    return api.understood(waiting, operationSchema, answer);
  } catch (error) {
    if (error instanceof ResourceNotFound) return undefined;
    // Not worth repeating the change for: the wait has been repeated often enough already.
    if (error instanceof ShortTrouble || error instanceof RateExceeded) {
      throw new ComputeUnavailable(call, error.message, { cause: error });
    }
    throw error;
  }
}

/** The wait methods take the bare name of the zone or region, the operation carries its URL (nodejs-compute #864). */
async function sendWait(api: Api, { name, zone, region }: Operation, options: RequestOptions) {
  const { project, clients } = api;
  if (zone != null) {
    const operations = await clients.zoneOperations();
    return operations.wait({ project, zone: nameOf(zone), operation: name }, options);
  }
  if (region != null) {
    const operations = await clients.regionOperations();
    return operations.wait({ project, region: nameOf(region), operation: name }, options);
  }
  const operations = await clients.globalOperations();
  return operations.wait({ project, operation: name }, options);
}

function failureOf(call: string, operation: Operation): ComputeError | undefined {
  if (operation.error == null) return undefined;
  const { errors } = operation.error;
  return refusalError(call, {
    status: operation.httpErrorStatusCode ?? undefined,
    codes: errors.flatMap(({ code }) => (code == null ? [] : [code])),
    message: errors.map(({ message }) => message ?? 'no message').join('; ') || 'the operation failed',
  });
}
