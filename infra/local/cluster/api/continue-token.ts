import { z } from 'zod';

const shape = z.object({ v: z.literal('meta.k8s.io/v1'), rv: z.number().int(), start: z.string().min(1) });

/** `after` is the place of the last object shown, `namespace/name`; within one namespace the name alone goes out. */
export function continueToken(version: number, after: string, namespace: string | undefined): string {
  const start = `${after.slice(namespace === undefined ? 0 : namespace.length + 1)}\u0000`;
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start })).toString('base64url');
}

/** Undefined for what is no token. */
export function readToken(
  text: string,
  namespace: string | undefined,
): { readonly version: number; readonly after: string } | undefined {
  try {
    const { rv, start } = shape.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    if (rv === 0) return undefined;
    const last = start.endsWith('\u0000') ? start.slice(0, -1) : start;
    return { version: rv, after: namespace === undefined ? last : `${namespace}/${last}` };
  } catch {
    return undefined;
  }
}
