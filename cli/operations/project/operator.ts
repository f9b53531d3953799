import { GoogleAuth } from 'google-auth-library';
import { operatorName } from '../../../shared/edge/operator.ts';
import type { Terminal } from '../../terminal.ts';
import { gcloud } from '../gcloud.ts';

/**
 * Who acts, as the history will claim: as the context says, else gcloud’s account, else the default credentials’, else the
 * machine’s user.
 */
export async function operatorHere(
  named: string | undefined,
  machine: string,
  { env, signal }: Pick<Terminal, 'env' | 'signal'>,
): Promise<string> {
  const sources = [
    async () => named,
    () => gcloud(['config', 'get-value', 'account'], { env, signal }),
    () => ofDefaultCredentials(env),
    async () => machine,
  ];
  for (const source of sources) {
    const name = operatorName(await source());
    if (name !== undefined) return name;
  }
  return 'operator';
}

async function ofDefaultCredentials(env: Terminal['env']): Promise<string | undefined> {
  if (!env.GOOGLE_APPLICATION_CREDENTIALS) return undefined;
  try {
    return (await new GoogleAuth().getCredentials()).client_email;
  } catch {
    return undefined;
  }
}
