import type { Finding, ObjectName } from './schema.ts';

/** What a cluster's owners write may end up in a terminal, a file or a page: no control characters of theirs do. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is meant
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ');
}

/** `Service shop/web` */
export function nameOf({ kind, namespace, name }: ObjectName): string {
  return kind === 'Cluster'
    ? plain(name)
    : plain(`${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`);
}

/** Lines of at most `width` characters; words that are longer are broken. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of plain(text)
    .split(' ')
    .flatMap((each) => piecesOf(each, width))) {
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= width) line = `${line} ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function piecesOf(word: string, width: number): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < word.length; from += width) pieces.push(word.slice(from, from + width));
  return pieces;
}

/** `2 critical, 5 warnings, 1 notice` */
export function countsOf(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'nothing found';
  const count = (severity: Finding['severity']) =>
    findings.filter((each) => each.severity === severity).length;
  const some = (number: number, one: string, more: string) =>
    number === 0 ? [] : [`${number} ${number === 1 ? one : more}`];
  return [
    ...some(count('critical'), 'critical', 'critical'),
    ...some(count('warning'), 'warning', 'warnings'),
    ...some(count('notice'), 'notice', 'notices'),
  ].join(', ');
}
