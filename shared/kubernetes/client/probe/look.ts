import type { ProbePod } from './pods.ts';

/** What a prober reaches of the addresses; undefined when it cannot be asked. */
export type Ask = (
  prober: ProbePod,
  addresses: readonly string[],
) => Promise<ReadonlySet<string> | undefined>;

export interface Means {
  /** In the order in which to ask them. */
  readonly probers: readonly ProbePod[];
  readonly ask: Ask;
  /** Whether a prober may vouch for its own node: only where there is no other node that packets could come from. */
  readonly onOwnNode: boolean;
}

export interface Look {
  /** The pods that no prober reached. */
  readonly unreached: readonly ProbePod[];
  /** Whether any prober answered at all. */
  readonly answered: boolean;
}

/** One prober can be wrong about everybody; two on different nodes ask at the same time. */
const PROBERS_AT_ONCE = 2;
/** Bounded, because every round may cost the time of an answer that does not come. */
const MOST_ROUNDS = 3;
/** Pods out of the question that show whether a prober reaches anybody. */
const CONTROLS = 3;

/** A pod in question that nobody reached so far. */
interface Suspect {
  readonly pod: ProbePod;
  /** Probers that answered without it. */
  misses: number;
  /** One of them reached others, so that the fault is not its own. */
  missedByHealthy: boolean;
}

/**
 * Asks probers about the pods in question, two at a time, until each pod is reached by one or missed by two of which one
 * reaches others. A prober that cannot be asked is replaced by the next. What is left then was not seen and is not
 * believed: all probers may have become unhealthy together, when the network as a whole is down.
 */
export async function look(pods: readonly ProbePod[], { probers, ask, onOwnNode }: Means): Promise<Look> {
  const inQuestion = new Set(pods.map(({ address }) => address));
  const others = probers.filter(({ address }) => !inQuestion.has(address));
  let suspects: readonly Suspect[] = pods.map((pod) => ({ pod, misses: 0, missedByHealthy: false }));
  let answered = false;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const undecided = suspects.filter((suspect) => !isDecided(suspect));
    if (undecided.length === 0) break;
    const asked = probers.slice(round * PROBERS_AT_ONCE, (round + 1) * PROBERS_AT_ONCE);
    const answers = await Promise.all(
      asked.map((prober) => askOne(prober, undecided, { others, ask, onOwnNode })),
    );
    const reached = new Set(answers.flatMap((answer) => [...(answer ?? [])]));
    answered ||= answers.some((answer) => answer !== undefined);
    suspects = suspects.filter(({ pod }) => !reached.has(pod.address));
  }
  return { unreached: suspects.map(({ pod }) => pod), answered };
}

function isDecided({ misses, missedByHealthy }: Suspect): boolean {
  return misses >= PROBERS_AT_ONCE && missedByHealthy;
}

/** Asks one prober, notes whom it missed, and returns what it reached of what it was asked; undefined without answer. */
async function askOne(
  prober: ProbePod,
  suspects: readonly Suspect[],
  { others, ask, onOwnNode }: Omit<Means, 'probers'> & { readonly others: readonly ProbePod[] },
): Promise<ReadonlySet<string> | undefined> {
  const askedFor = suspects.filter(({ pod }) => onOwnNode || pod.node !== prober.node);
  if (askedFor.length === 0) return undefined;
  const controls = others.filter(({ node }) => node !== prober.node).slice(0, CONTROLS);
  const addresses = [...askedFor.map(({ pod }) => pod), ...controls].map(({ address }) => address);
  const answer = await ask(prober, addresses);
  if (answer === undefined) return undefined;
  const reached = new Set(addresses.filter((address) => answer.has(address)));
  for (const suspect of askedFor) {
    if (reached.has(suspect.pod.address)) continue;
    suspect.misses += 1;
    suspect.missedByHealthy ||= reached.size > 0;
  }
  return reached;
}
