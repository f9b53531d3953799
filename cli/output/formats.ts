import { stringify } from 'yaml';

export const FORMATS = ['table', 'wide', 'json', 'yaml'] as const;
export type Format = (typeof FORMATS)[number];

/** JSON as the API answers it, for people’s eyes too. */
export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The same on one line: of many answers one after the other each is a line. */
export function jsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/** The same in YAML; of many answers each is a document. */
export function yamlText(value: object): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
