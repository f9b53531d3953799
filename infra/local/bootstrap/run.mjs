import { spawn } from 'node:child_process';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
/** What a terminal sends to all its processes, the child included. */
const FROM_TERMINAL = ['SIGINT', 'SIGHUP', 'SIGQUIT'];

/**
 * Runs a command to its end and passes signals on to it. At a terminal Ctrl-C has reached the child already; a second
 * one would mean "at once, without cleaning up" to many programs, so there this only waits.
 *
 * @returns `{code, signal}` as the child ended, or `{error}` when it could not be started.
 */
export function run(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, options);
    const atTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
    const pass = (signal) => {
      if (!(atTerminal && FROM_TERMINAL.includes(signal))) child.kill(signal);
    };
    const end = (outcome) => {
      for (const signal of FORWARDED) process.removeListener(signal, pass);
      resolve(outcome);
    };
    for (const signal of FORWARDED) process.on(signal, pass);
    child.once('error', ({ message }) => end({ code: 1, signal: null, error: `${command}: ${message}` }));
    child.once('exit', (code, signal) => end({ code, signal }));
  });
}
