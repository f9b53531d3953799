import { registerHooks } from 'node:module';
import { edited, type Mutant } from './mutant.ts';

const ROOT = new URL('../../../../', import.meta.url);

/**
 * From now on this process loads the product with the mutant's defect in it; the files themselves stay as they are. Must be
 * called before the first of them is loaded.
 */
export function loadWith({ edits }: Mutant): void {
  const byUrl = Map.groupBy(edits, ({ file }) => new URL(file, ROOT).href);
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      const changes = byUrl.get(url);
      if (changes === undefined) return loaded;
      const source = changes.reduce(edited, textOf(loaded.source));
      return { ...loaded, source };
    },
  });
}

function textOf(source: unknown): string {
  if (typeof source === 'string') return source;
  if (source instanceof Uint8Array) return Buffer.from(source).toString('utf8');
  throw new Error('expected the text of a module');
}
