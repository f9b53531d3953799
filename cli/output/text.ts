import { stripVTControlCharacters, styleText } from 'node:util';
import { plain, wrapped } from '../../shared/audit/report/text.ts';
import type { Terminal } from '../terminal.ts';

export { plain };

type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

/** Colours where the terminal shows them, else the text as it is. */
export function painter({ colours }: Pick<Terminal, 'colours'>): Paint {
  return (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text);
}

/** A text in lines of the terminal’s width, the later ones indented; one line in a pipe. */
export function paragraph(text: string, width: number | undefined, indent = ''): string {
  if (width === undefined) return `${indent}${plain(text)}\n`;
  return wrapped(text, Math.max(20, width - indent.length))
    .map((line) => `${indent}${line}\n`)
    .join('');
}

/** Two columns without headings, the second one broken to the width. What has no value is left out. */
export function fields(
  pairs: readonly (readonly [name: string, value: string | undefined])[],
  width: number | undefined,
): string {
  const shown = pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const lead = Math.max(...shown.map(([name]) => name.length)) + 2;
  return shown
    .map(([name, value]) => {
      const coloured = stripVTControlCharacters(value) !== value;
      const text = coloured ? `${value}\n` : paragraph(value, width === undefined ? undefined : width - lead);
      const [first = '', ...rest] = text.trimEnd().split('\n');
      return [`${name.padEnd(lead)}${first}`, ...rest.map((line) => `${' '.repeat(lead)}${line}`)].join('\n');
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** `95 s` and so on, in the two largest units, as `kubectl` shows ages. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  return `${Math.floor(hours / 24)}d${hours % 24 === 0 ? '' : `${hours % 24}h`}`;
}
