/** A template taken apart: texts as they are, and the expressions between them. */
export type TemplatePart = { readonly text: string } | { readonly expression: string };

/**
 * Takes `gs://${var.bucket}/${each.key}` apart. An expression ends at the brace that closes its own; one in a string within it
 * counts, too, which is right as long as those come in pairs.
 */
export function templateParts(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let from = 0;
  for (;;) {
    const start = beginning(template, from);
    if (start < 0) break;
    if (start > from) parts.push({ text: unescaped(template.slice(from, start)) });
    const end = closing(template, start + 2);
    parts.push({ expression: template.slice(start + 2, end).trim() });
    from = end + 1;
  }
  if (from < template.length || parts.length === 0) parts.push({ text: unescaped(template.slice(from)) });
  return parts;
}

/** `$${` stands for the characters `${`. */
function beginning(template: string, from: number): number {
  for (let at = template.indexOf('${', from); at >= 0; at = template.indexOf('${', at + 2)) {
    if (template[at - 1] !== '$') return at;
  }
  return -1;
}

function closing(template: string, from: number): number {
  let depth = 1;
  for (let at = from; at < template.length; at += 1) {
    if (template[at] === '{') depth += 1;
    if (template[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  throw new Error(`the template ${template} does not end`);
}

function unescaped(text: string): string {
  return text.replaceAll('$${', '${');
}
