import { CommandError } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/**
 * Goes on only when somebody said yes, here or by `--yes`.
 *
 * @throws CommandError when they said no, or nobody is there to be asked.
 */
export async function consent(terminal: Terminal, question: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (terminal.ask === undefined) {
    throw new CommandError(
      'refused',
      `${question} There is no terminal to ask in: give --yes if that is wanted. Nothing was done.`,
    );
  }
  const answer = await terminal.ask(`${question} [y/N] `);
  terminal.signal.throwIfAborted();
  if (!/^y(es)?$/i.test(answer?.trim() ?? '')) throw new CommandError('refused', 'Nothing was done.');
}
