import { readdirSync, readFileSync } from 'node:fs';

/** Ticks in a second that Linux counts CPU time in; the same on every machine that Node runs on (`sysconf(_SC_CLK_TCK)`). */
const TICKS_PER_SECOND = 100;

/**
 * CPU seconds of all processes that this one started and that still run. Undefined where the kernel does not say: it is read from
 * Linux' `/proc`.
 */
export function childrenCpuSeconds(): number | undefined {
  try {
    const ticks = childrenOf(process.pid).map(ticksOf);
    return ticks.reduce((sum, each) => sum + each, 0) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}

function childrenOf(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.flatMap((thread) => {
    const listed = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim();
    return listed === '' ? [] : listed.split(' ').map(Number);
  });
}

/** User and system time, fields 14 and 15 of `stat`; the second is the command, which may hold blanks and parentheses. */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
