import type { Mutant } from '../mutant.ts';
import { CARRIER_MUTANTS } from './carriers.ts';
import { CLUSTER_MUTANTS } from './cluster.ts';
import { ENGINE_MUTANTS } from './engine.ts';
import { RECORD_MUTANTS } from './records.ts';

/** All of them, by the names that the command line has for them. */
export const MUTANTS: Readonly<Record<string, Mutant>> = {
  ...RECORD_MUTANTS,
  ...CARRIER_MUTANTS,
  ...ENGINE_MUTANTS,
  ...CLUSTER_MUTANTS,
};
