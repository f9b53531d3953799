import type { CampaignName } from '../campaigns/index.ts';

/** One place of the product's source and what stands there instead. */
export interface Edit {
  /** From the repository's root. */
  readonly file: string;
  /** Stands in the file exactly once; so an edit that no longer fits the source is noticed. */
  readonly find: string;
  readonly replace: string;
}

/** A deliberate defect of the product, of the kind that a plausible mistake leads to. */
export interface Mutant {
  /** What the defect does, in a sentence. */
  readonly about: string;
  readonly edits: readonly Edit[];
  /** The campaign that is tried first; the others follow in their order. */
  readonly first?: CampaignName;
}

/**
 * The source with the edit made.
 *
 * @throws Error when the text to be replaced does not stand there exactly once: the mutant has to be brought up to date.
 */
export function edited(source: string, { file, find, replace }: Edit): string {
  const parts = source.split(find);
  if (parts.length !== 2) {
    throw new Error(`${file}: expected once, found ${parts.length - 1} times: ${find.split('\n')[0]}`);
  }
  return parts.join(replace);
}
