/** Reads a token of a filter at a position; undefined when there is none. */
export type Token = (
  text: string,
  at: number,
) => { readonly value: string; readonly end: number } | undefined;

/** A field's name, nested with dots. */
export const word: Token = (text, at) => matched(/[A-Za-z_][\w.-]*/y, text, at);

export const comparisonTokens: Token = (text, at) => matched(/!=|<=|>=|=|<|>|:|(?:eq|ne)(?=\s)/y, text, at);

/**
 * A value: quoted, or plain up to a blank or the closing parenthesis of the group it stands in. Plain values are often
 * regular expressions and hold parentheses of their own (the cloud-controller-manager sends `(name eq shoot-.*)`).
 */
export const valueToken: Token = (text, at) => {
  const quote = text[at];
  return quote === '"' || quote === "'" ? quoted(text, at, quote) : plain(text, at);
};

function quoted(text: string, at: number, quote: string) {
  let value = '';
  for (let end = at + 1; end < text.length; end += 1) {
    const character = text[end] ?? '';
    if (character === quote) return { value, end: end + 1 };
    const escaped = character === '\\' && (text[end + 1] === quote || text[end + 1] === '\\');
    if (escaped) end += 1;
    value += escaped ? (text[end] ?? '') : character;
  }
  return undefined;
}

function plain(text: string, at: number) {
  let depth = 0;
  let end = at;
  for (; end < text.length; end += 1) {
    const character = text[end] ?? '';
    if (/\s/.test(character)) break;
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) break;
  }
  return end === at ? undefined : { value: text.slice(at, end), end };
}

function matched(pattern: RegExp, text: string, at: number) {
  pattern.lastIndex = at;
  const value = pattern.exec(text)?.[0];
  return value === undefined ? undefined : { value, end: at + value.length };
}
