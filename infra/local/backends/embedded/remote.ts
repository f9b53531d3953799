import type { z } from 'zod';
import type { Bus } from '../../../../shared/bus/bus.ts';
import { BusUnavailable } from '../../../../shared/bus/bus.ts';
import { encodeMessage } from '../../../../shared/bus/encoding.ts';
import { withinDeadline } from '../../../../shared/deadline.ts';
import type { Documents } from '../../../../shared/store/documents.ts';
import { StoreUnavailable } from '../../../../shared/store/documents.ts';
import { checkCollectionPath, checkDocumentPath, checkWrites } from '../../../../shared/store/rules.ts';
import { commitAnswer, doneAnswer, errorFromWire, getAnswer, listAnswer } from './wire.ts';

const DEADLINE_MS = 15_000;

/** The document store behind `startEmbeddedBackends`, from another process; with the port's own errors. */
export function remoteDocuments(url: string, deadline = DEADLINE_MS): Documents {
  async function ask<T>(path: string, question: object, answer: z.ZodType<T>): Promise<T> {
    return await call(url + path, question, answer, deadline, (message, cause) => {
      return new StoreUnavailable(message, { cause });
    });
  }

  return {
    async get(path) {
      checkDocumentPath(path);
      const { document } = await ask('/documents/get', { path }, getAnswer);
      return document;
    },
    async list(collection, query = {}) {
      checkCollectionPath(collection);
      const { documents } = await ask('/documents/list', { collection, query }, listAnswer);
      return documents;
    },
    async commit(writes) {
      checkWrites(writes);
      const { versions } = await ask('/documents/commit', { writes }, commitAnswer);
      return versions.map((version) => version ?? undefined);
    },
  };
}

/** The bus behind `startEmbeddedBackends`, from another process; with the port's own errors. */
export function remoteBus(url: string, deadline = DEADLINE_MS): Bus {
  return {
    async publish(topic, message) {
      encodeMessage(topic, message);
      await call(`${url}/bus/publish`, { topic, message }, doneAnswer, deadline, (problem, cause) => {
        return new BusUnavailable(problem, { cause });
      });
    },
  };
}

async function call<T>(
  url: string,
  question: object,
  answerShape: z.ZodType<T>,
  deadline: number,
  unavailable: (message: string, cause: unknown) => Error,
): Promise<T> {
  let ok: boolean;
  let answer: unknown;
  try {
    const answered = fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
    }).then(async (response) => [response.ok, await response.json()] as const);
    [ok, answer] = await withinDeadline(`POST ${url}`, deadline, answered);
  } catch (error) {
    throw unavailable(`the embedded backends at ${url} did not answer: ${String(error)}`, error);
  }
  if (!ok) throw errorFromWire(answer);
  return answerShape.parse(answer);
}
