import type { Clock } from '../shared/clock.ts';

/** Everything around a command: where it reads and writes, who started it, and what ends it. */
export interface Terminal {
  /** To standard output: the result. */
  out(text: string): void;
  /** To standard error: what goes beside the result. */
  say(text: string): void;
  /** Columns and rows of the terminal that the result goes to; undefined where it goes to a file or a pipe. */
  readonly size: () => { readonly columns: number; readonly rows: number } | undefined;
  readonly colours: boolean;
  /** Asks whoever sits there; undefined where nobody does, or no answer comes. */
  readonly ask: ((question: string) => Promise<string | undefined>) | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
  /** What `-` stands for as a file. */
  readonly readInput: () => Promise<string>;
}

/**
 * As Node and most programs have it: FORCE_COLOR goes before NO_COLOR, and a dumb terminal shows none (no-color.org,
 * force-color.org).
 */
export function wantsColours(env: Terminal['env'], isTerminal: boolean): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: none, TERM } = env;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (none !== undefined && none !== '') return false;
  return isTerminal && TERM !== 'dumb';
}
