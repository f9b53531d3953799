import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Folder } from './folder.ts';
import { PIDS } from './folder.ts';

/** Ends the servers of a control plane when the process that started them is gone, however it went. */
export interface Watchdog {
  /** Calls it off: the servers have ended in order. */
  dismiss(): Promise<void>;
}

/**
 * Waits for the end of its input, which comes when the parent is gone. Moving the folder of numbers away first closes
 * the only gap: a server writes its number there before it becomes that server (`server-process.ts`), so it is either
 * found here or fails to write and never starts.
 */
const SCRIPT = `
read -r dismissed
[ "$dismissed" ] && exit
mv "$1/${PIDS}" "$1/ending" && for file in "$1"/ending/*; do
  [ -f "$file" ] && read -r pid < "$file" && kill -KILL "$pid" 2>/dev/null
done
# A server that is just being killed may still create a file.
for attempt in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$1" 2>/dev/null && break; sleep 0.2; done
`;

/** To be started before the first server. In a session of its own, so that Ctrl-C in a terminal does not end it. */
export function startWatchdog(folder: Folder): Watchdog {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'watchdog', folder.path], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const ended = once(shell, 'exit');
  // The parent may end at any time: that is what the watchdog is for.
  shell.unref();
  shell.stdin.on('error', () => undefined);
  return {
    dismiss: async () => {
      shell.ref();
      shell.stdin.end('dismissed\n');
      await ended;
    },
  };
}
