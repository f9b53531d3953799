import { unlessMissing } from '../../unless-missing.ts';
import type { NodeLocalDns } from '../cluster.ts';
import { ClusterObjectMissing } from '../errors.ts';
import type { ApiServer } from './api-server.ts';

const namespace = 'kube-system';
const name = 'node-local-dns';
const OBJECT = `DaemonSet ${namespace}/${name}`;

export function nodeLocalDns(api: ApiServer): NodeLocalDns {
  return {
    async state() {
      const read = api.get(OBJECT, (options) =>
        api.apps.readNamespacedDaemonSet({ namespace, name }, options),
      );
      const daemonSet = await unlessMissing(read, ClusterObjectMissing);
      if (daemonSet === undefined) return undefined;
      const containers = daemonSet.spec?.template.spec?.containers ?? [];
      const words = containers.flatMap(({ command = [], args = [] }) => [...command, ...args]);
      return { listensOn: localAddresses(words) };
    },
  };
}

/** `-localip A,B` in two words, as Gardener writes it, or in one with `=` (Go's flag package takes one dash or two). */
function localAddresses(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => /^--?localip(=|$)/.test(word));
  const word = words[at];
  if (word === undefined) return [];
  const [, inline] = word.split('=');
  const value = inline ?? words[at + 1] ?? '';
  return value
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
}
