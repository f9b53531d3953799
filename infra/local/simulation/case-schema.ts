import { z } from 'zod';
import { NETWORK_PLUGINS } from '../../../shared/migration/network-plugins.ts';
import { STRATEGIES } from '../../../shared/migration/plan.ts';
import { parseSwitch, type Switches } from '../gce/switches.ts';
import type { Case } from './case.ts';
import type { Fault } from './faults/index.ts';
import type { Trial } from './trial.ts';

/** More nodes take longer than anybody waits for one case. */
export const MOST_NODES = 1_000;
export const LARGEST_SEED = 2 ** 31 - 1;

const fault = z.custom<Fault>(
  (value) => typeof value === 'object' && value !== null && typeof Reflect.get(value, 'kind') === 'string',
  'expected a fault: an object with a "kind"',
);

const switches = z.record(z.string(), z.union([z.string(), z.number()])).transform((given, context) => {
  const positions: Partial<Switches> = {};
  for (const [name, value] of Object.entries(given)) {
    try {
      Object.assign(positions, parseSwitch(`${name}=${value}`));
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    }
  }
  return positions;
});

const caseSchema = z.strictObject({
  seed: z.int().min(0).max(LARGEST_SEED),
  nodes: z.int().min(1).max(MOST_NODES),
  strategy: z.enum(STRATEGIES),
  networkPlugin: z.enum(NETWORK_PLUGINS),
  instances: z.int().min(1).max(100),
  switches,
  suspendAfterMs: z.number().min(0).optional(),
  clients: z.enum(['real', 'direct']).optional(),
  faults: z.array(fault).max(10_000),
});

const trialSchema = z.strictObject({ case: caseSchema, sameEnd: z.boolean().default(false) });

/**
 * A case as the report prints it, alone or with what is demanded of it beside the laws; or as it is kept, with the defect that it
 * showed.
 *
 * @throws Error saying what is wrong.
 */
export function parseTrial(text: string): Trial {
  const json = unkept(parseJson(text));
  const wrapped = typeof json === 'object' && json !== null && 'case' in json ? json : { case: json };
  const read = trialSchema.safeParse(wrapped);
  if (!read.success) throw new Error(`not a case:\n${z.prettifyError(read.error)}`);
  const { suspendAfterMs, clients, ...rest } = read.data.case;
  const theCase: Case = {
    ...rest,
    ...(suspendAfterMs !== undefined && { suspendAfterMs }),
    ...(clients !== undefined && { clients }),
  };
  return { case: theCase, sameEnd: read.data.sameEnd };
}

/** What stands in `test/simulation/kept/`: `{"why": …, "trial": …}`. */
function unkept(json: unknown): unknown {
  return typeof json === 'object' && json !== null && 'why' in json && 'trial' in json ? json.trial : json;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`not JSON: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}
