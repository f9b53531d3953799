/** One case of the benchmark in a process of its own, so that its peak of memory is its own: JSON in, JSON out. */
import { systemClock } from '../../../shared/clock.ts';
import { type BenchCase, caseSchema, type Figures, isReference, type MeasuredFigures } from './figures.ts';
import { measureReference } from './gardener-order/index.ts';
import { measureStrategy } from './strategy-case.ts';

const startedAt = systemClock.now();
const figures = await measured(caseSchema.parse(JSON.parse(process.argv[2] ?? '')));
const costed: Figures = {
  ...figures,
  peakRssMb: process.resourceUsage().maxRSS / 1_024,
  wallSeconds: (systemClock.now() - startedAt) / 1_000,
};
process.stdout.write(`${JSON.stringify(costed)}\n`);

async function measured({ strategy, nodes, seed }: BenchCase): Promise<MeasuredFigures> {
  return isReference(strategy)
    ? await measureReference(strategy, nodes, seed)
    : await measureStrategy(strategy, nodes, seed);
}
