import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../../../shared/clock.ts';
import { clusterScenario } from '../example/cluster-scenario.ts';
import { exampleCluster } from '../example/nodes.ts';
import type { KubernetesSimulator } from './index.ts';
import { ApiError, startKubernetesSimulator } from './index.ts';
import type { JsonObject } from './object/json.ts';
import { BadScenario, readScenario } from './scenario-file.ts';

const EXAMPLE_NODES = 30;
const USAGE_ERROR = 2;

const options = readArguments();
try {
  const simulator = await start(options);
  announce(simulator);
} catch (error) {
  const known =
    error instanceof BadScenario ||
    error instanceof ApiError ||
    error instanceof TypeError ||
    isListenError(error);
  if (!known) throw error;
  process.stderr.write(`local:cluster: ${error.message}\n`);
  process.exitCode = USAGE_ERROR;
}

interface Arguments {
  readonly port: number;
  readonly scenario?: string;
  readonly serviceRange: readonly string[];
}

function readArguments(): Arguments {
  return new Command('local:cluster')
    .description('Serves a simulated Kubernetes API on 127.0.0.1 until stopped.')
    .option('--port <port>', 'port to listen on, 0 for a free one', portNumber, 0)
    .option(
      '--scenario <file>',
      'a List (or several documents) of objects in JSON or YAML; default: the example shoot',
    )
    .option(
      '--service-range <cidrs>',
      'service cluster IP range, two joined by a comma for dual-stack',
      ranges,
      ['100.64.0.0/13'],
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : USAGE_ERROR))
    .parse()
    .opts<Arguments>();
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('expected a whole number from 0 to 65535');
}

function ranges(text: string): string[] {
  return text.split(',');
}

async function start({ port, scenario, serviceRange }: Arguments): Promise<KubernetesSimulator> {
  const objects: readonly JsonObject[] =
    scenario === undefined
      ? clusterScenario(exampleCluster({ nodes: EXAMPLE_NODES }))
      : readScenario(scenario);
  return startKubernetesSimulator({
    clock: systemClock,
    port,
    objects,
    serviceClusterIpRanges: serviceRange,
  });
}

/** Writes the kubeconfig where it lives as long as this process, and waits for the end. */
function announce(simulator: KubernetesSimulator): void {
  const folder = mkdtempSync(join(tmpdir(), 'shoot-dualstack-cluster-'));
  const kubeconfig = join(folder, 'kubeconfig.yaml');
  writeFileSync(kubeconfig, simulator.kubeconfig, { mode: 0o600 });
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const end = () => {
    simulator.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  process.stdout.write(
    [
      `Kubernetes API simulator at ${simulator.url}`,
      `kubeconfig: ${kubeconfig}`,
      `use it:     kubectl --kubeconfig ${kubeconfig} get nodes`,
      '',
    ].join('\n'),
  );
}

function isListenError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}
