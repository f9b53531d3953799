import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Documents } from '../../shared/store/documents.ts';
import { commitsContract } from './documents/commits.ts';
import { contentionContract } from './documents/contention.ts';
import { oneDocumentContract } from './documents/one-document.ts';
import type { Scene } from './documents/scene.ts';
import { valuesContract } from './documents/values.ts';

export interface DocumentsUnderTest {
  readonly documents: Documents;
  /** How another process reaches the same store. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** What every adapter of {@link Documents} guarantees. Each test works in a collection of its own. */
export function documentsContract(open: () => Promise<DocumentsUnderTest>): void {
  let opened: DocumentsUnderTest;
  let scene: Scene;

  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    scene = sceneIn(opened);
  });

  oneDocumentContract(() => scene);
  valuesContract(() => scene);
  commitsContract(() => scene);
  contentionContract(() => scene);
}

function sceneIn({ documents, environment }: DocumentsUnderTest): Scene {
  const collection = `c-${randomUUID()}`;
  const path = `${collection}/one`;
  const existing: Scene['existing'] = async (at = path) => {
    const document = await documents.get(at);
    if (document === undefined) throw new Error(`${at} is missing`);
    return document;
  };
  return {
    documents,
    environment,
    collection,
    path,
    existing,
    async put(fields, at = path) {
      await documents.commit([{ kind: 'put', path: at, fields }]);
      return await existing(at);
    },
  };
}
