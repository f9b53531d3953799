import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { answerToNonsense } from '../functions.ts';
import { type FunctionProcessOptions, startFunction } from './framework-process.ts';

/** How a process is at some moment after its start. */
export interface Moment {
  /** Milliseconds of the wall since the start. */
  readonly ms: number;
  /** Milliseconds that its threads ran, which other processes on the machine disturb less; where the system tells. */
  readonly cpuMs: number | undefined;
  /** Megabytes (10⁶ bytes) of memory that it holds. */
  readonly rssMb: number;
}

/** One start of a function, in a fresh process. */
export interface Run {
  /** It listens, and its function is registered. */
  readonly serves: Moment;
  /** Its first message is answered, which its connections were made for. */
  readonly answered: Moment;
}

/**
 * Starts a function, sends it one message, and ends it.
 *
 * @throws Error when it does not start, or does not answer as a function of its name does.
 */
export async function measured(options: FunctionProcessOptions): Promise<Run> {
  const started = await startFunction(options);
  try {
    const serves = momentOf(started.pid, started.msToServe);
    const sentAt = performance.now();
    const { status } = await fetch(started.url, { method: 'POST', body: 'not a message' });
    const answeredMs = started.msToServe + performance.now() - sentAt;
    const hoped = answerToNonsense(options.target);
    if (status !== hoped) {
      throw new Error(`${options.target} answered ${status}, not ${hoped}; it said:\n${started.said()}`);
    }
    return { serves, answered: momentOf(started.pid, answeredMs) };
  } finally {
    await started.stop();
  }
}

/** Linux counts CPU in hundredths of a second, whatever the hardware (proc_pid_stat(5), sysconf(_SC_CLK_TCK)). */
const MS_PER_TICK = 10;

function momentOf(pid: number, ms: number): Moment {
  if (process.platform !== 'linux') {
    const kibibytes = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
    return { ms, cpuMs: undefined, rssMb: (Number(kibibytes) * 1024) / 1e6 };
  }
  // The second field is the command in parentheses and may hold blanks; utime and stime are the 14th and 15th.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { ms, cpuMs: ticks * MS_PER_TICK, rssMb: (Number(kibibytes) * 1024) / 1e6 };
}
