/**
 * The paths of fields that stand twice in one object of a JSON text, which `JSON.parse` does not tell: `data.x`. The text
 * must be JSON. Each is told once.
 */
export function duplicateFields(text: string): string[] {
  const found = new Set<string>();
  /** Of the objects (fields seen so far) and lists (position) that are open, from the outermost on. */
  const open: (
    | { readonly path: string; readonly fields: Set<string>; field: string }
    | { readonly path: string; index: number }
  )[] = [];
  const here = () => {
    const top = open.at(-1);
    if (top === undefined) return '';
    if ('index' in top) return `${top.path}[${top.index}]`;
    return top.path === '' ? top.field : `${top.path}.${top.field}`;
  };
  // Strings, as a field when a colon follows, and what opens, closes and separates; everything else is passed over.
  for (const [token, , colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\],]/g)) {
    const top = open.at(-1);
    if (token === '{') open.push({ path: here(), fields: new Set(), field: '' });
    else if (token === '[') open.push({ path: here(), index: 0 });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',') {
      if (top !== undefined && 'index' in top) top.index += 1;
    } else if (colon !== undefined && top !== undefined && 'fields' in top) {
      top.field = String(JSON.parse(token.slice(0, -colon.length)));
      if (top.fields.has(top.field)) found.add(here());
      top.fields.add(top.field);
    }
  }
  return [...found];
}
