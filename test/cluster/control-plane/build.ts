import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binary, Environment } from './binaries.ts';
import { MODULE_FOLDER, type Pinned } from './pinned.ts';

/** Each is a tool of `go.mod`. */
const PACKAGES: Readonly<Record<Binary, string>> = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
};

/** The end of what Go says is what failed; before it come the downloads. */
const SHOWN_OF_FAILURE = 3_000;

/**
 * Builds one program into `folder`. It appears there complete or not at all, also when two build it at once or this
 * process is killed; what a killed one left is removed by the next.
 *
 * @throws Error with what Go said.
 */
export async function build(
  name: Binary,
  go: string,
  { folder, pinned, env }: { readonly folder: string; readonly pinned: Pinned; readonly env: Environment },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await removeDrafts(folder);
  const draft = join(folder, `${name}.draft-${process.pid}`);
  try {
    await runGo(go, ['build', ...flags(pinned), '-o', draft, PACKAGES[name]], env);
    await rename(draft, join(folder, name));
  } finally {
    await rm(draft, { force: true });
  }
}

/** Kubernetes learns its version from its own release scripts only; without it `/version` says v0.0.0. */
function flags({ kubernetes }: Pinned): readonly string[] {
  const [major, minor] = kubernetes.slice(1).split('.');
  const version = 'k8s.io/component-base/version';
  const values = { gitVersion: kubernetes, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  const set = Object.entries(values).map(([variable, value]) => `-X ${version}.${variable}=${value}`);
  return ['-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags', ['-s', '-w', ...set].join(' ')];
}

async function runGo(go: string, args: readonly string[], env: Environment): Promise<void> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const interrupt = () => child.kill('SIGINT');
  // First, so that no build is ever without somebody who ends it.
  for (const signal of signals) process.once(signal, interrupt);
  const child = spawn(go, args, {
    cwd: MODULE_FOLDER,
    // A user's workspace knows nothing of this module.
    env: { ...env, CGO_ENABLED: '0', GOWORK: 'off' },
    stdio: ['ignore', 'ignore', 'pipe'],
    // Go removes its working folder after an interrupt only: it gets that one, and no other signal of a terminal's.
    detached: true,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-SHOWN_OF_FAILURE);
  });
  try {
    const [code, signal] = await once(child, 'close');
    if (code === 0) return;
    throw new Error(`go ${args.join(' ')} ended with ${signal ?? `exit code ${code}`}:\n${said}`);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}

async function removeDrafts(folder: string): Promise<void> {
  for (const file of await readdir(folder)) {
    const owner = /\.draft-(\d+)$/.exec(file)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) await rm(join(folder, file), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
