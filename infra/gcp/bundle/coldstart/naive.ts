import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { METHODS } from '../../../../shared/compute/google/methods.ts';
import { FRAMEWORK } from '../bundle.ts';

/** What a function is compared with: all its packages imported whole at the top, as it would be written without a thought. */
export interface NaiveFunction {
  readonly source: string;
  readonly packages: readonly string[];
}

export const NAIVE_TARGET = 'naive';
export const NAIVE_STEP_TARGET = 'naive-step';

/**
 * Writes it below the project's folder, where its imports find the project's packages.
 *
 * @param packages those that the function's own code imports, without functions-framework.
 */
export function writeNaiveFunction(root: string, packages: readonly string[]): NaiveFunction {
  const code = codeWith(packages);
  const folder = join(root, 'dist', 'coldstart', createHash('sha256').update(code).digest('hex').slice(0, 8));
  mkdirSync(folder, { recursive: true });
  const source = join(folder, 'naive.mjs');
  writeFileSync(source, code);
  return { source, packages };
}

function codeWith(packages: readonly string[]): string {
  const imports = packages.map((name, index) => `import * as package${index} from '${name}';`);
  const named = (name: string) => `package${packages.indexOf(name)}`;
  const clients = Object.keys(METHODS).map((name) => `'${name[0]?.toUpperCase()}${name.slice(1)}Client'`);
  return `${imports.join('\n')}
import { http } from '${FRAMEWORK}';

const projectId = process.env.GOOGLE_CLOUD_PROJECT;

// The same as a function does with a message that it refuses: connect, and put it on record.
http('${NAIVE_TARGET}', async (request, response) => {
  new ${named('@google-cloud/pubsub')}.PubSub({ projectId });
  const firestore = new ${named('@google-cloud/firestore')}.Firestore({ projectId });
  await firestore.doc('refusals/naive').set({ excerpt: String(request.rawBody) });
  response.status(204).send();
});

// The same as a step does before its first call.
http('${NAIVE_STEP_TARGET}', async (request, response) => {
  new ${named('@google-cloud/pubsub')}.PubSub({ projectId });
  new ${named('@google-cloud/firestore')}.Firestore({ projectId });
  const authClient = new ${named('google-auth-library')}.PassThroughClient();
  for (const name of [${clients.join(', ')}]) {
    await new ${named('@google-cloud/compute')}[name]({ authClient }).initialize();
  }
  response.status(204).send();
});
`;
}
