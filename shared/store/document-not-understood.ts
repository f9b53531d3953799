import { z } from 'zod';
import { beginningOf } from '../secrets.ts';

/** Thousands of wrong fields have thousands of problems; what is said of them goes into logs and documents. */
const MOST_CHARACTERS = 2_000;

/**
 * What is stored was damaged by hand, or written by another version of the product. Names the document and its fields. No
 * retry helps.
 */
export class DocumentNotUnderstood extends Error {
  constructor(path: string, problems: z.ZodError) {
    super(
      `document ${path} cannot be understood: ${beginningOf(z.prettifyError(problems), MOST_CHARACTERS)}`,
    );
    this.name = 'DocumentNotUnderstood';
  }
}
