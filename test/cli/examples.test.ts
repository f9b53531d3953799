import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newCli } from '../../cli/cli.ts';
import { program } from '../../cli/program.ts';
import { type KubernetesSimulator, startKubernetesSimulator } from '../../infra/local/cluster/index.ts';
import { clusterScenario } from '../../infra/local/example/cluster-scenario.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';
import { systemClock } from '../../shared/clock.ts';
import { toFields } from '../../shared/frozen-json.ts';
import { manifest } from '../support/shoot-manifest.ts';
import { fleetOfThree, succeeded } from './fleet-of-three.ts';
import { shootDualstack, terminalWith } from './support.ts';

/** All examples of all commands, as their help shows them. */
function examples(command: Command, path: readonly string[] = []): readonly { path: string; line: string }[] {
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  const [, shown = ''] = help.split('\nExamples:\n');
  const lines = shown.split('\n').flatMap((line) => /^ {2}shoot-dualstack (.*)$/.exec(line)?.[1] ?? []);
  return [
    ...lines.map((line) => ({ path: path.join(' '), line })),
    ...command.commands.flatMap((each) => examples(each, [...path, each.name()])),
  ];
}

const ALL = examples(program(newCli(terminalWith({ columns: 200 }))));

let folder: string;
let simulator: KubernetesSimulator;
const before = process.cwd();

/** The files that the examples name: a cluster that is a garden, too, and a Shoot. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoot-dualstack-examples-'));
  const example = exampleCluster({
    nodes: 2,
    technicalId: 'shoot--core--api',
    network: 'n',
    region: 'europe-west1',
    nodesCidr: '10.250.0.0/16',
    podsCidr: '100.96.0.0/11',
    servicesCidr: '100.64.0.0/13',
    networkPlugin: 'calico',
  });
  simulator = await startKubernetesSimulator({
    clock: systemClock,
    objects: [
      ...clusterScenario(example),
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'garden-core' } },
      toFields(manifest(['IPv4'])),
    ],
    serviceClusterIpRanges: ['100.64.0.0/13'],
  });
  await writeFile(join(folder, 'cluster.yaml'), simulator.kubeconfig);
  await writeFile(join(folder, 'shoot.yaml'), JSON.stringify(manifest()));
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(before);
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

test('each command has an example, and the help of a command shows its own', () => {
  const commands = (command: Command, path: readonly string[] = []): readonly string[] =>
    command.commands.length === 0
      ? [path.join(' ')]
      : command.commands.flatMap((each) => commands(each, [...path, each.name()]));
  const leaves = commands(program(newCli(terminalWith())));
  expect(leaves.filter((path) => !ALL.some((each) => each.path === path))).toEqual([]);
  const astray = ALL.filter(({ path, line }) => !line.startsWith(path));
  expect(astray).toEqual([]);
});

/** What only a world has that goes on: these examples are run by the tour (test/tour), or end by themselves only there. */
const GOES_ON = /--watch|--follow/;
const NEEDS_A_WORLD = /^start garden|^plan .*--now/;

describe('examples that work', () => {
  test.each(ALL.filter(({ line }) => !GOES_ON.test(line) && !NEEDS_A_WORLD.test(line)))(
    '$line',
    async ({ line }) => {
      const world = await fleetOfThree();
      // A name that only one shoot has.
      await world.engine.documents.commit([{ kind: 'delete', path: 'migrations/web-1' }]);
      if (line.startsWith('start -f'))
        await world.engine.documents.commit([{ kind: 'delete', path: `migrations/${world.api.id}` }]);
      const env = {
        SHOOT_KUBECONFIG: 'cluster.yaml',
        // It serves no Compute Engine, which the audit says and goes on.
        COMPUTE_ENDPOINT: simulator.url,
        SHOOT_DUALSTACK_CONFIG: join(folder, 'contexts.yaml'),
      };
      // Nobody begins anything here: it is enough that it was asked for.
      const stop = new AbortController();
      const asked = line.startsWith('start -f')
        ? {
            signal: stop.signal,
            clock: {
              ...systemClock,
              sleep: async () => {
                stop.abort(new Error('asked for'));
                throw stop.signal.reason;
              },
            },
          }
        : {};
      const ended = await shootDualstack(line, world.connecting, { env, ...asked });
      if (line.startsWith('start -f')) {
        expect(world.sent).toMatchObject([
          { topic: 'shoot-changed', message: { body: { after: { kind: 'Shoot' } } } },
        ]);
        return;
      }
      expect(['', 'No manifest is suggested.\n']).toContain(ended.said);
      expect(ended.code).toBe(0);
      expect(ended.out + ended.said).not.toBe('');
    },
    60_000,
  );

  test.each(ALL.filter(({ line }) => GOES_ON.test(line)))('$line, until it is over', async ({ line }) => {
    const world = await fleetOfThree();
    let looks = 0;
    // Between two looks it ends.
    const sleep = async () => {
      looks += 1;
      await world.engine.migrations.change(world.api.id, (current) => ({
        migration: succeeded(current),
        history: [{ at: current.createdAt, by: 'engine', event: 'succeeded', message: 'both families' }],
      }));
    };
    const ended = await shootDualstack(line, world.connecting, { clock: { ...systemClock, sleep } });
    expect(ended).toMatchObject({ code: 0, said: '', out: expect.stringContaining('succeeded') });
    expect(looks).toBe(1);
  });
});
