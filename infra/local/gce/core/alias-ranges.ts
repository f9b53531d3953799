import { z } from 'zod';
import type { Block } from './addresses.ts';
import { blockSize, blockText, contains, ipv4Block, knownBlock, overlaps } from './addresses.ts';
import { ComputeError, invalid } from './errors.ts';
import { difference } from './events.ts';
import type { Project } from './project.ts';
import { routesInside } from './range-rules.ts';
import type { AliasIpRange, Subnetwork } from './resources.ts';
import { rangesOf } from './subnetworks.ts';

/** 150 alias ranges per NIC (gcp-compute-semantics.md §3.2). */
const MAX_ALIAS_RANGES = 150;

/** A single address, a CIDR, or `/24`: the server chooses (gcp-compute-semantics.md §3.2). */
export const aliasIpRanges = z.array(
  z.looseObject({
    ipCidrRange: z
      .string()
      .refine(
        (text) => isNetmask(text) || ipv4Block(text) !== undefined,
        'Alias IP CIDR range must be an IPv4 address, an IPv4 CIDR range or a valid netmask starting with "/".',
      ),
    subnetworkRangeName: z.string().optional(),
  }),
);

function isNetmask(text: string): boolean {
  return /^\/([1-9]|[12]\d|3[0-2])$/.test(text);
}

/**
 * What a list of alias ranges must keep to whatever other NICs hold: names that exist, ranges that contain, none twice.
 * The texts for these refusals are not known; all are 400 `invalid` on the field.
 */
export function checkAliases(
  project: Project,
  subnetwork: Subnetwork,
  aliases: readonly AliasIpRange[],
  field: string,
): void {
  if (aliases.length > MAX_ALIAS_RANGES) {
    throw invalid(field, String(aliases.length), `Simulator: at most ${MAX_ALIAS_RANGES} alias IP ranges.`);
  }
  const seen: Block[] = [];
  for (const [index, alias] of aliases.entries()) {
    const range = namedRange(subnetwork, alias, `${field}[${index}].subnetworkRangeName`);
    if (isNetmask(alias.ipCidrRange)) continue;
    const block = knownBlock(alias.ipCidrRange);
    const where = `${field}[${index}].ipCidrRange`;
    if (!contains(range.block, block)) {
      throw invalid(where, alias.ipCidrRange, `Simulator: not inside the subnetwork's range ${range.text}.`);
    }
    if (range.rangeName === undefined && touchesReserved(range.block, block)) {
      throw invalid(where, alias.ipCidrRange, 'Simulator: contains a reserved address of the primary range.');
    }
    const twice = seen.find((earlier) => overlaps(earlier, block));
    const equal = twice !== undefined && twice.start === block.start && twice.prefix === block.prefix;
    if (twice !== undefined && !(equal && project.switches.duplicateAlias === 'merged')) {
      throw invalid(where, alias.ipCidrRange, 'Simulator: overlaps another alias IP range of this request.');
    }
    seen.push(block);
  }
}

/** The first two and the last two addresses of a primary range belong to the service. */
function touchesReserved(primary: Block, block: Block): boolean {
  return block.start < primary.start + 2 || block.end > primary.end - 2;
}

function namedRange(subnetwork: Subnetwork, alias: AliasIpRange, field: string) {
  const range = rangesOf(subnetwork).find(({ rangeName }) => rangeName === alias.subnetworkRangeName);
  if (range === undefined) {
    const text = `Simulator: the subnetwork '${subnetwork.name}' has no secondary range of this name.`;
    throw invalid(field, alias.subnetworkRangeName ?? '', text);
  }
  return range;
}

/**
 * Adding and removing alias ranges in one request (gcp-compute-semantics.md §3.1, make-before-break.md §3): refused by default.
 */
export function checkOneDirection(
  project: Project,
  before: readonly AliasIpRange[],
  after: readonly AliasIpRange[],
  field: string,
): void {
  if (project.switches.aliasAddAndRemoveInOnePatch === 'accepted') return;
  const { gone, come } = difference(before, after, (alias) => normalised(alias.ipCidrRange));
  if (gone.length === 0 || come.length === 0) return;
  throw invalid(field, '', 'Simulator: cannot add and remove alias IP ranges in the same request.');
}

/** A single address reads back as a /32. */
function normalised(range: string): string {
  return range.startsWith('/') || range.includes('/') ? range : `${range}/32`;
}

/**
 * The explicit ranges that `owner` gets for the ranges asked for.
 * @throws ComputeError IP_IN_USE_BY_ANOTHER_RESOURCE or IP_SPACE_EXHAUSTED (gcp-compute-semantics.md §3.2), the errors of the operation.
 */
export function allocateAliases(
  project: Project,
  subnetwork: Subnetwork,
  owner: string,
  asked: readonly AliasIpRange[],
  field: string,
  primaryAddress?: string,
): AliasIpRange[] {
  const book = project.addresses(subnetwork.network);
  const primary = primaryAddress === undefined ? [] : [knownBlock(primaryAddress)];
  const given: Block[] = [];
  const allocated: AliasIpRange[] = [];
  for (const [index, alias] of asked.entries()) {
    const range = namedRange(subnetwork, alias, `${field}[${index}].subnetworkRangeName`);
    const block = isNetmask(alias.ipCidrRange)
      ? freeBlock(project, subnetwork, range, Number(alias.ipCidrRange.slice(1)), [...primary, ...given])
      : knownBlock(alias.ipCidrRange);
    const others = book.overlapping(block).filter((holding) => holding.owner !== owner);
    if (others.length > 0 || primary.some((address) => overlaps(address, block))) {
      const text = `IP '${normalised(blockText(block))}' is already being used by another resource.`;
      throw new ComputeError(400, 'IP_IN_USE_BY_ANOTHER_RESOURCE', text);
    }
    if (given.some((earlier) => earlier.start === block.start && earlier.end === block.end)) continue;
    given.push(block);
    allocated.push({ ...alias, ipCidrRange: blockText(block) });
  }
  return allocated;
}

/** The server's choice: the first free block. Whether it avoids the destinations of routes is not known (make-before-break.md §6.7, P8). */
function freeBlock(
  project: Project,
  subnetwork: Subnetwork,
  range: { readonly block: Block; readonly rangeName: string | undefined },
  prefix: number,
  given: readonly Block[],
): Block {
  const destinations =
    project.switches.netmaskAllocationSkipsRoutes === 'yes'
      ? routesInside(project, subnetwork.network, range.block).flatMap((route) => {
          const block = ipv4Block(route.destRange);
          return block === undefined ? [] : [block];
        })
      : [];
  const { start, end } = range.block;
  const reserved =
    range.rangeName === undefined
      ? [
          { start, end: start + 1 },
          { start: end - 1, end },
        ]
      : [];
  const taken = [...given, ...destinations, ...reserved];
  const block =
    blockSize(prefix) > end - start + 1
      ? undefined
      : project.addresses(subnetwork.network).firstFree(range.block, prefix, taken);
  if (block !== undefined) return block;
  const pool = `${subnetwork.name}-${range.rangeName ?? 'primary'}-${subnetwork.id.slice(0, 8)}`;
  const path = project.pathOf(subnetwork).replace(/[^/]+$/, pool);
  throw new ComputeError(400, 'IP_SPACE_EXHAUSTED', `IP space of '${path}' is exhausted.`);
}
