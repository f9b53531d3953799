import type { BundledFile } from './bundle.ts';

/** The files that are loaded with one of a bundle, itself first. With `later` also those that may be loaded afterwards. */
export function filesFrom(
  files: readonly BundledFile[],
  entry: string,
  { later }: { readonly later: boolean },
): readonly BundledFile[] {
  const reached = new Set<BundledFile>();
  const open = [entry];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const file = files.find((each) => each.name === name);
    if (file === undefined) throw new Error(`the bundle has no file ${name}`);
    if (reached.has(file)) continue;
    reached.add(file);
    open.push(...file.imports, ...(later ? file.laterImports : []));
  }
  return [...reached];
}

/** Of their code. */
export function bytesOf(files: readonly BundledFile[]): number {
  return files.reduce((sum, { code }) => sum + Buffer.byteLength(code), 0);
}
