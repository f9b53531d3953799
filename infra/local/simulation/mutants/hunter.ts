/** A thread that loads the product with one defect and looks for a case that shows it. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { Quarry } from './hunters.ts';
import { MUTANTS } from './list/index.ts';
import { loadWith } from './sources.ts';

if (isMainThread || parentPort === null) throw new Error('this file is run as a worker thread');
const { name, references, seed, runsPerCampaign } = workerData as Quarry;
const mutant = MUTANTS[name];
if (mutant === undefined) throw new Error(`there is no mutant ${name}`);
loadWith(mutant);
// Only now: whatever this loads is loaded with the defect.
const { hunt } = await import('./hunt.ts');
const { keptTrials } = await import('./kept.ts');
const { first } = mutant;
const options = { seed, runsPerCampaign, kept: keptTrials(), ...(first && { first }) };
parentPort.postMessage(await hunt(references, options));
