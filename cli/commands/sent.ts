import { Option } from 'commander';
import { type Cli, NAME } from '../cli.ts';
import type { Sent } from '../operations/operations.ts';
import { show } from '../output/show.ts';
import { plain } from '../output/text.ts';

const FORMATS = ['table', 'json', 'yaml'] as const;
export type ActFormat = (typeof FORMATS)[number];

export function actOutput(): Option {
  return new Option('-o, --output <format>', 'json and yaml are what the API answers')
    .choices(FORMATS)
    .default('table');
}

/** That it was asked for; what becomes of it only the history knows. */
export function tellSent(
  { terminal }: Cli,
  sent: Sent,
  {
    what,
    shoot,
    context,
    output,
  }: {
    readonly what: string;
    readonly shoot?: string | undefined;
    readonly context: string;
    readonly output: ActFormat;
  },
): void {
  show(
    terminal,
    output,
    sent,
    ({ who: { name, verified } }) =>
      `Asked for: ${what}, as ${plain(name)} (${verified ? 'verified' : 'as claimed'}), in ${context}.\n` +
      (shoot === undefined ? '' : `What becomes of it stands in the history: ${NAME} history ${shoot}\n`),
  );
}
