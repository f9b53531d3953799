import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Terminal } from '../terminal.ts';

const ran = promisify(execFile);
const PATIENCE_MS = 15_000;

/** What the Cloud SDK prints; undefined where it is not installed or does not do as asked. What it prints may be a token. */
export async function gcloud(
  args: readonly string[],
  { env, signal }: Pick<Terminal, 'env' | 'signal'>,
): Promise<string | undefined> {
  try {
    const { stdout } = await ran('gcloud', [...args, '--quiet', '--verbosity=none'], {
      env: { ...env, CLOUDSDK_CORE_DISABLE_PROMPTS: '1' },
      timeout: PATIENCE_MS,
      signal,
      maxBuffer: 1_000_000,
    });
    return stdout.trim() || undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
