import { onTestFinished, vi } from 'vitest';
import { CommandLineEnd } from '../../infra/local/command-line.ts';

/**
 * What a command line says on standard error of arguments that it does not take, and the exit code it ends with.
 *
 * @throws Error where it takes them.
 */
export function refusal(
  read: (args: readonly string[]) => unknown,
  args: readonly string[],
): { readonly said: string; readonly exitCode: number } {
  const said: string[] = [];
  const written = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  onTestFinished(() => written.mockRestore());
  try {
    read(args);
  } catch (error) {
    if (error instanceof CommandLineEnd) return { said: said.join(''), exitCode: error.exitCode };
    throw error;
  }
  throw new Error(`${args.join(' ')} was taken`);
}
