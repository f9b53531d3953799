import { canProvide } from './control-plane/provide.ts';

/** Vitest's global set-up of all other tests: says in one line where these ones are. */
export default async function setup(): Promise<void> {
  const possible = await canProvide();
  const line = possible.provided
    ? 'Tests against a real Kubernetes control plane are a run of their own: npm run test:cluster'
    : `Tests against a real Kubernetes control plane are skipped: ${possible.reason}`;
  process.stderr.write(`${line}\n`);
}
