import { z } from 'zod';

/** A line that an instance wrote and that says of trouble. Times in milliseconds of the wall. */
export interface ErrorLine {
  readonly pid: number;
  readonly at: number;
  readonly text: string;
}

const logLine = z.looseObject({ severity: z.string(), message: z.string().optional() });
const TROUBLE = new Set(['ERROR', 'CRITICAL']);

/** What an instance's log line says when it is of level error or above; undefined for all others, and for no log line. */
export function troubleIn(line: string): string | undefined {
  // Most lines are none; they need no parsing.
  if (!line.includes('"ERROR"') && !line.includes('"CRITICAL"')) return undefined;
  try {
    const parsed = logLine.safeParse(JSON.parse(line));
    return parsed.success && TROUBLE.has(parsed.data.severity) ? line : undefined;
  } catch {
    return undefined;
  }
}
