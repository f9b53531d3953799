import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { systemClock } from '../../../shared/clock.ts';
import type { ComputeScenario } from '../example/compute-scenario.ts';
import { computeScenario } from '../example/compute-scenario.ts';
import { exampleCluster } from '../example/nodes.ts';
import type { ComputeSimulator, Switches } from './index.ts';
import { FAST_LATENCY, parseSwitch, REALISTIC_LATENCY, startComputeSimulator } from './index.ts';

interface CommandLine {
  readonly port: number;
  readonly scenario?: string;
  readonly switch: Partial<Switches>;
  readonly latency: 'real' | 'fast';
}

const command = new Command('local:gce')
  .description('Serves the Compute Engine simulator on 127.0.0.1 until it is stopped.')
  .option('--port <port>', 'port to listen on; 0 takes a free one', portNumber, 0)
  .option('--scenario <file>', 'JSON file with what the project holds; without one, the 30-node example')
  .option('--switch <name=value>', 'position of a switch, see README.md; may be repeated', collectSwitch, {})
  .addOption(
    new Option('--latency <profile>', 'how long things take').choices(['real', 'fast']).default('fast'),
  )
  .allowExcessArguments(false)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

await main(command.parse().opts<CommandLine>());

async function main(options: CommandLine): Promise<void> {
  let simulator: ComputeSimulator;
  try {
    simulator = await startComputeSimulator({
      clock: systemClock,
      port: options.port,
      scenario: options.scenario === undefined ? exampleProject() : await scenarioFrom(options.scenario),
      switches: options.switch,
      latency: options.latency === 'real' ? REALISTIC_LATENCY : FAST_LATENCY,
    });
  } catch (error) {
    fail(explained(error, options));
  }
  process.stdout.write(greeting(simulator));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      simulator.stop().then(
        () => process.exit(0),
        (error: unknown) => fail(String(error)),
      );
    });
  }
}

/** The 30-node example, in a project that also has the default network every new project comes with. */
function exampleProject(): ComputeScenario {
  const example = computeScenario(exampleCluster({ nodes: 30 }));
  const standard = {
    name: 'default',
    description: 'Default network for the project',
    autoCreateSubnetworks: true,
  };
  return { ...example, networks: [...example.networks, standard] };
}

/** What the file holds is checked when the simulator reads it; here it only has to be JSON. */
async function scenarioFrom(file: string): Promise<ComputeScenario> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Error(`cannot read scenario ${file}: ${error.message}`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`scenario ${file}: expected JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Expected a number from 0 to 65535.');
}

function collectSwitch(text: string, before: Partial<Switches>): Partial<Switches> {
  try {
    return { ...before, ...parseSwitch(text) };
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function explained(error: unknown, { port, scenario }: CommandLine): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') return `port ${port} is in use`;
  if ('code' in error && error.code === 'EACCES') return `port ${port} may not be used by this account`;
  return error.name === 'ScenarioError' ? `scenario ${scenario ?? ''}: ${error.message}` : error.message;
}

function fail(message: string): never {
  process.stderr.write(`local:gce: ${message.replace(/\s*\n\s*/g, ' ')}\n`);
  process.exit(2);
}

function greeting({ project, region, zones, url }: ComputeSimulator): string {
  return `Compute Engine simulator
  project  ${project}
  region   ${region}
  zones    ${zones.join(', ')}
  URL      ${url}/compute/v1/

gcloud, in a shell of its own:
  export CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE=${url}/compute/v1/
  export CLOUDSDK_AUTH_DISABLE_CREDENTIALS=true CLOUDSDK_CORE_PROJECT=${project} CLOUDSDK_CONFIG=$(mktemp -d)
  gcloud compute routes list

Stop with Ctrl-C.
`;
}
