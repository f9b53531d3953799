import { hostname, userInfo } from 'node:os';
import type { Operations } from '../operations/operations.ts';
import type { Terminal } from '../terminal.ts';
import type { Chosen } from './choose.ts';

/** The functions behind a context. What a kind needs is loaded only for it: Google's clients take a second. */
export async function connect(chosen: Chosen, terminal: Terminal): Promise<Operations> {
  const { context } = chosen;
  const { env, signal } = terminal;
  if (context.kind === 'api') {
    const [{ apiOperations }, { googleIdToken }] = await Promise.all([
      import('../operations/api/index.ts'),
      import('../operations/api/id-token.ts'),
    ]);
    const { status, operate = status, impersonate } = context;
    const wanted = context.idToken ?? (status.startsWith('https:') ? 'google' : 'none');
    const idToken = wanted === 'none' ? async () => undefined : googleIdToken({ env, impersonate, signal });
    return apiOperations({ status, operate, idToken, signal });
  }
  const [{ openProject }, { lookout }] = await Promise.all([
    import('../operations/project/open.ts'),
    import('../shoot/ports.ts'),
  ]);
  return openProject({
    context,
    terminal,
    lookAt: lookout(chosen, terminal),
    machine: `${userInfo().username}@${hostname()}`,
  });
}
