import type { Profiler } from 'node:inspector';

/** Whose time it is: the folders of one part of the repository, the longest prefix first where they overlap. */
export interface Part {
  readonly name: string;
  readonly folders: readonly string[];
}

/**
 * The parts that time is charged to. What is in none of them (pure domain, utilities, packages, Node's own functions) is charged
 * to the nearest caller that is in one.
 */
export const PARTS: readonly Part[] = [
  { name: 'engine', folders: ['shared/engine/', 'shared/edge/', 'shared/runtime/'] },
  { name: 'store and bus', folders: ['shared/store/', 'shared/bus/'] },
  { name: 'embedded backends', folders: ['infra/local/in-process/bus.ts', 'infra/local/backends/'] },
  { name: 'steps', folders: ['shared/steps/'] },
  { name: 'adapters', folders: ['shared/compute/', 'shared/kubernetes/'] },
  { name: 'simulators', folders: ['infra/local/gce/', 'infra/local/cluster/', 'infra/local/actors/'] },
  { name: 'world', folders: ['infra/local/'] },
];

/** Time that no part called for: promises and timers that Node runs, packages that were resumed by them. */
export const NOBODY = 'Node, by nobody of ours';
/** Memory is collected for everybody at once. */
export const COLLECTION = 'garbage collection';

/** Seconds by part, {@link NOBODY} and {@link COLLECTION}; time in which nothing ran is left out. */
export type SecondsByPart = ReadonlyMap<string, number>;

/** Charges every sample of a CPU profile. `root` is the repository as a `file:` URL with a slash at its end. */
export function attribute(profile: Profiler.Profile, root: string): SecondsByPart {
  const { nodes, samples = [], timeDeltas = [] } = profile;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const known = new Map<number, string | undefined>();

  function chargedTo(id: number | undefined): string | undefined {
    if (id === undefined) return NOBODY;
    if (known.has(id)) return known.get(id);
    const frame = byId.get(id)?.callFrame;
    const own = frame === undefined ? undefined : partOf(frame.url, root);
    const charged =
      own ??
      (frame !== undefined && frame.url === '' && ITS_OWN.has(frame.functionName)
        ? ITS_OWN.get(frame.functionName)
        : chargedTo(callers.get(id)));
    known.set(id, charged);
    return charged;
  }

  const seconds = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const part = chargedTo(id);
    if (part === undefined) continue;
    // V8 says how long it was since the sample before.
    seconds.set(part, (seconds.get(part) ?? 0) + (timeDeltas[index] ?? 0) / 1e6);
  }
  return seconds;
}

/** What V8 puts into a profile beside functions. `(program)` is native code without a function, e.g. of the profiler itself. */
const ITS_OWN: ReadonlyMap<string, string | undefined> = new Map([
  ['(idle)', undefined],
  ['(garbage collector)', COLLECTION],
  ['(program)', NOBODY],
]);

export function partOf(url: string, root: string): string | undefined {
  if (!url.startsWith(root)) return undefined;
  const path = url.slice(root.length);
  const matches = PARTS.flatMap(({ name, folders }) =>
    folders.filter((folder) => path.startsWith(folder)).map((folder) => ({ name, length: folder.length })),
  );
  return matches.toSorted((one, other) => other.length - one.length)[0]?.name;
}
