import { randomUUID } from 'node:crypto';
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, test } from 'vitest';
import type { DifferenceName } from './differences.ts';
import { DIFFERENCES } from './differences.ts';
import type { WatchStream } from './watch-stream.ts';
import { openWatch } from './watch-stream.ts';
import type { Answer, CallOptions } from './wire.ts';
import { Wire } from './wire.ts';

/** An API server that the contract is asked of. */
export interface KubernetesUnderTest {
  /** How the report calls it. */
  readonly name: string;
  /** Where it is known not to follow: each is run, must fail, and is shown with its reason. */
  readonly differs: readonly DifferenceName[];
  open(): Promise<OpenedKubernetes>;
}

export interface OpenedKubernetes {
  /** YAML text; its user may do everything. */
  readonly kubeconfig: string;
  /** Forgets old versions, as etcd's compaction does. */
  readonly forgetHistory: () => Promise<void>;
  close(): Promise<void>;
}

/** What a test works with: the server, and a namespace that nobody else uses. */
export interface Scene {
  readonly config: KubeConfig;
  readonly namespace: string;
  readonly forgetHistory: () => Promise<void>;
  /** A name for an object without a namespace. */
  unique(prefix: string): string;
  /** `/api/v1/namespaces/NAMESPACE/configmaps/NAME`; a namespace of its own is not in cluster-wide paths. */
  path(apiVersion: string, plural: string, ...rest: readonly string[]): string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** As {@link call}, but a refusal fails the test. */
  done(method: string, path: string, options?: CallOptions): Promise<Answer>;
  watch(path: string, query: Readonly<Record<string, string>>): Promise<WatchStream>;
}

export type ContractTest = (title: string, run: (scene: Scene) => Promise<void>, timeout?: number) => void;

export interface Contract {
  readonly guarantee: ContractTest;
  /** A guarantee that a server may be known not to give: there the test must fail, and its title says why. */
  readonly guaranteeUnless: (difference: DifferenceName) => ContractTest;
}

/** Opens the server for the suite around it; every test gets a namespace of its own. */
export function contractFor(server: KubernetesUnderTest): Contract {
  let opened: OpenedKubernetes | undefined;
  let config = new KubeConfig();
  const cleanUp: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    opened = await server.open();
    config = new KubeConfig();
    config.loadFromString(opened.kubeconfig);
  }, 120_000);
  afterAll(() => opened?.close());

  const inScene = (run: (scene: Scene) => Promise<void>) => async () => {
    if (opened === undefined) throw new Error(`${server.name} was not opened`);
    const scene = await sceneOf(config, opened.forgetHistory, cleanUp);
    try {
      await run(scene);
    } finally {
      for (const undo of cleanUp.splice(0).reverse()) await undo();
      // Not waited for: an API server without controllers never ends a namespace.
      await scene.call('DELETE', `/api/v1/namespaces/${scene.namespace}`);
    }
  };
  const guarantee: ContractTest = (title, run, timeout = 60_000) => test(title, inScene(run), timeout);
  return {
    guarantee,
    guaranteeUnless: (difference) => {
      if (!server.differs.includes(difference)) return guarantee;
      return (title, run, timeout = 60_000) =>
        test.fails(`${title} [known difference: ${DIFFERENCES[difference]}]`, inScene(run), timeout);
    },
  };
}

async function sceneOf(
  config: KubeConfig,
  forgetHistory: () => Promise<void>,
  cleanUp: (() => Promise<unknown>)[],
): Promise<Scene> {
  const wire = new Wire(config);
  const namespace = `contract-${randomUUID().slice(0, 8)}`;
  const call: Scene['call'] = async (method, path, options) => {
    const answer = await wire.call(method, path, options);
    // What has no namespace does not go with the test's.
    if (method === 'POST' && answer.status === 201 && !path.includes('/namespaces')) {
      cleanUp.push(() => wire.call('DELETE', `${path}/${answer.body.metadata?.name ?? ''}`));
    }
    return answer;
  };
  const done: Scene['done'] = async (method, path, options) => {
    const answer = await call(method, path, options);
    if (answer.status < 300) return answer;
    throw new Error(`${method} ${path}: ${answer.status} ${answer.bytes}`);
  };
  await done('POST', '/api/v1/namespaces', { body: { metadata: { name: namespace } } });
  // Pods are admitted only once it is there; the controller that would create it may be slow or absent.
  await call('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, {
    body: { metadata: { name: 'default' } },
  });
  return {
    config,
    namespace,
    forgetHistory,
    unique: (prefix) => `${prefix}-${randomUUID().slice(0, 8)}`,
    path: (apiVersion, plural, ...rest) => {
      const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
      const scope = CLUSTER_WIDE.has(plural) ? [] : ['namespaces', namespace];
      return [root, ...scope, plural, ...rest].join('/');
    },
    call,
    done,
    watch: async (path, query) => {
      const stream = await openWatch(wire, path, query);
      cleanUp.push(async () => stream.close());
      return stream;
    },
  };
}

const CLUSTER_WIDE: ReadonlySet<string> = new Set([
  'nodes',
  'priorityclasses',
  'ippools',
  'namespaces',
  'customresourcedefinitions',
]);
