import { InvalidArgumentError } from 'commander';
import { STRATEGIES, type Strategy } from '../../../shared/migration/plan.ts';
import { commandLine, wholeNumber } from '../command-line.ts';
import { OPERATIONS_IN_FLIGHT } from './conditions.ts';
import { type BenchCase, REFERENCE, type Reference, UNLIMITED_REFERENCE } from './figures.ts';

/** What `npm run bench` was asked for. */
export interface BenchOptions {
  readonly nodes: readonly number[];
  readonly strategies: readonly Strategy[];
  /** Without the reference: only the product's own strategies. */
  readonly reference: boolean;
  readonly seed: number;
  readonly json: boolean;
  readonly writeDocs: boolean;
}

const SIZES = [30, 130, 1_000, 5_000];
/** More nodes than a shoot has, and than the example's pod range holds. */
const MOST_NODES = 5_000;

/**
 * Reads the arguments of `npm run bench -- …`.
 *
 * @throws CommandLineEnd with exit code 0 after `--help`, 2 after an error that was printed.
 */
export function benchOptions(args: readonly string[]): BenchOptions {
  const command = commandLine('npm run bench --')
    .description('Measures the route migration in simulated time, beside the order that it is to beat.')
    .option('--nodes <numbers>', `cluster sizes, each 1 to ${MOST_NODES}`, sizes, SIZES)
    .option('--strategies <names>', `out of ${STRATEGIES.join(', ')}`, strategies, [...STRATEGIES])
    .option('--no-reference', `without the reference (${REFERENCE})`)
    .option('--seed <number>', 'the same seed gives the same figures', wholeNumber(0, 1_000_000), 1)
    .option('--json', 'print one line of JSON', false)
    .option('--write-docs', 'write docs/route-migration.md and its chart', false);
  return command.parse(args, { from: 'user' }).opts<BenchOptions>();
}

/** Size by size, the reference first. */
export function casesOf({ nodes, strategies: chosen, reference, seed: given }: BenchOptions): BenchCase[] {
  return nodes.flatMap((size) =>
    [...(reference ? referencesAt(size) : []), ...chosen].map((strategy) => ({
      nodes: size,
      strategy,
      seed: given,
    })),
  );
}

/** So many deletions at once meet the quota of operations in flight. */
function referencesAt(size: number): readonly Reference[] {
  return size > OPERATIONS_IN_FLIGHT ? [REFERENCE, UNLIMITED_REFERENCE] : [REFERENCE];
}

function sizes(text: string): number[] {
  const size = wholeNumber(1, MOST_NODES);
  return text.split(',').map((part) => size(part.trim()));
}

function strategies(text: string): Strategy[] {
  return text.split(',').map((part) => {
    const strategy = STRATEGIES.find((name) => name === part.trim());
    if (strategy !== undefined) return strategy;
    throw new InvalidArgumentError(`Expected names out of ${STRATEGIES.join(', ')}, separated by commas.`);
  });
}
