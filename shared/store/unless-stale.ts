import { toFields } from '../frozen-json.ts';
import {
  DocumentExists,
  type DocumentPath,
  type Documents,
  StaleDocument,
  type Version,
} from './documents.ts';

/**
 * Writes the document in place of what was read of it, `version` (undefined where there was none), unless somebody else has
 * written it since; whether it was written.
 *
 * @throws StoreUnavailable, DocumentTooLarge
 */
export async function writeUnlessStale(
  documents: Documents,
  path: DocumentPath,
  content: object,
  version: Version | undefined,
): Promise<boolean> {
  const fields = toFields(content);
  try {
    await documents.commit([
      version === undefined
        ? { kind: 'create', path, fields }
        : { kind: 'replace', path, fields, ifVersion: version },
    ]);
    return true;
  } catch (error) {
    if (error instanceof StaleDocument || error instanceof DocumentExists) return false;
    throw error;
  }
}
