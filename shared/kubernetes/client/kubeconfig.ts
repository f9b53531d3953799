import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { ConnectedKubeConfig } from './connections.ts';

/** A kubeconfig that names no API server. Says where the problem is, and never quotes: it is full of keys and tokens. */
export class InvalidKubeconfig extends Error {
  constructor(problem: string) {
    super(`the kubeconfig cannot be used: ${problem}`);
    this.name = 'InvalidKubeconfig';
  }
}

/** More than a Secret holds. */
const MOST_CHARACTERS = 1_048_576;

/**
 * A kubeconfig in YAML or JSON, as Gardener stores it in a Secret; its current context is used.
 *
 * @throws InvalidKubeconfig
 */
export function parseKubeconfig(text: string): KubeConfig {
  if (text.length > MOST_CHARACTERS) {
    throw new InvalidKubeconfig(`${text.length} characters, expected at most ${MOST_CHARACTERS}`);
  }
  const kubeconfig = new ConnectedKubeConfig();
  try {
    kubeconfig.loadFromString(text);
  } catch (error) {
    // Without a cause: the parser's error shows the lines around, and logs show causes.
    throw new InvalidKubeconfig(problemIn(error));
  }
  checkServer(kubeconfig);
  checkProxy(kubeconfig);
  checkToken(kubeconfig);
  return kubeconfig;
}

/**
 * The kubeconfig in a file; paths in it are relative to the file.
 *
 * @throws InvalidKubeconfig; the file system's error when the file cannot be read.
 */
export function readKubeconfig(file: string): KubeConfig {
  const { size } = statSync(file);
  if (size > MOST_CHARACTERS)
    throw new InvalidKubeconfig(`${size} bytes, expected at most ${MOST_CHARACTERS}`);
  const kubeconfig = parseKubeconfig(readFileSync(file, 'utf8'));
  kubeconfig.makePathsAbsolute(dirname(file));
  return kubeconfig;
}

function checkServer(kubeconfig: KubeConfig): void {
  const context: unknown = kubeconfig.getCurrentContext();
  if (typeof context !== 'string' || context === '') {
    throw new InvalidKubeconfig('current-context: expected the name of a context');
  }
  const cluster = kubeconfig.getCurrentCluster();
  if (cluster === null) {
    throw new InvalidKubeconfig('current-context: expected a context whose cluster is in clusters');
  }
  const url = URL.parse(cluster.server);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidKubeconfig('clusters: server of the current context: expected a URL with http or https');
  }
  // No request can be made of one, and the error quotes it.
  if (url.username !== '' || url.password !== '') {
    throw new InvalidKubeconfig(
      'clusters: server of the current context: expected a URL without user and password',
    );
  }
}

function checkProxy(kubeconfig: KubeConfig): void {
  const proxy: unknown = kubeconfig.getCurrentCluster()?.proxyUrl;
  if (proxy == null || (typeof proxy === 'string' && URL.canParse(proxy))) return;
  throw new InvalidKubeconfig('clusters: proxy-url of the current context: expected a URL');
}

/** What no header may have in it, such as a line break from copying, is quoted by the error of each request. */
function checkToken(kubeconfig: KubeConfig): void {
  const token: unknown = kubeconfig.getCurrentUser()?.token;
  if (typeof token === 'string' && /[^\x21-\x7e]/.test(token.trimEnd())) {
    throw new InvalidKubeconfig(
      'users: token of the current context: expected one word, without spaces, line breaks and other characters that no token has',
    );
  }
}

/** The library's own words only where they quote nothing of the file. */
function problemIn(error: unknown): string {
  if (!(error instanceof Error)) return 'expected YAML or JSON';
  if (/^(clusters|contexts|users)\[\d+\][.\w]* is missing$/.test(error.message)) return error.message;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string') return `a file that it names cannot be read (${code.slice(0, 20)})`;
  const mark: unknown = Reflect.get(error, 'mark');
  const line: unknown = typeof mark === 'object' && mark !== null ? Reflect.get(mark, 'line') : undefined;
  const place = typeof line === 'number' ? `line ${line + 1}: ` : '';
  return `${place}expected a kubeconfig in YAML or JSON, with lists of clusters, contexts and users`;
}
