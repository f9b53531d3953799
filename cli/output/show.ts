import type { Terminal } from '../terminal.ts';
import { jsonText, yamlText } from './formats.ts';

/** The view itself for programs, or what people read of it. */
export function show<View extends object>(
  { out }: Pick<Terminal, 'out'>,
  output: string,
  view: View,
  text: (view: View) => string,
): void {
  if (output === 'json') out(jsonText(view));
  else if (output === 'yaml') out(yamlText(view));
  else out(text(view));
}
