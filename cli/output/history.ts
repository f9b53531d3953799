import type { HistoryLine } from '../../shared/view/index.ts';
import { type Paint, paragraph, plain } from './text.ts';

/** One entry in lines of its own: when, in which step, what, by whom. */
export function historyText(
  entry: HistoryLine,
  width: number | undefined,
  paint: Paint,
  wide: boolean,
): string {
  const { at, by, who, step, event, reason, sentence, message, n } = entry;
  const signed = who === undefined ? '' : ` by ${plain(who.name)}${who.verified ? '' : ' (claimed)'}`;
  const what = `${event}${reason === undefined ? '' : ` ${reason}`}`;
  const painted = event === 'blocked' || event === 'failed' ? paint('red', what) : what;
  const head = `${wide ? `${String(n).padStart(4)}  ` : ''}${at.slice(0, 10)} ${at.slice(11, 19)}  ${(step ?? '-').padEnd(19)}  ${painted}${signed || (wide ? ` by ${by}` : '')}`;
  if (width === undefined) return `${head}: ${plain(message)}\n`;
  return `${head}\n${paragraph(message, width, '    ')}${wide && sentence !== undefined ? paragraph(sentence, width, '    ') : ''}`;
}
