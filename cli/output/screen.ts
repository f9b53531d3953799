import type { Terminal } from '../terminal.ts';

const CLEAR_BELOW = '\u001b[J';
const up = (lines: number) => (lines > 0 ? `\u001b[${lines}A` : '');

export interface Screen {
  /** Draws over what was drawn before. */
  show(text: string): void;
}

/**
 * Draws the same place of a terminal again and again. Taller than the terminal it is cut, since nobody could be led back up to
 * what has scrolled away; the last picture stays.
 */
export function screenOn(terminal: Pick<Terminal, 'out' | 'size'>): Screen {
  let drawn = 0;
  return {
    show(text) {
      const rows = terminal.size()?.rows ?? Number.POSITIVE_INFINITY;
      const lines = text.trimEnd().split('\n');
      const room = Math.max(1, rows - 1);
      const shown =
        lines.length <= room
          ? lines
          : [...lines.slice(0, room - 1), `… ${lines.length - room + 1} more lines`];
      terminal.out(`${up(Math.min(drawn, room))}\r${CLEAR_BELOW}${shown.join('\n')}\n`);
      drawn = shown.length;
    },
  };
}
