import type { Difference } from '../../network-plugin.ts';

/** As far as is looked at who wrote an object; of whatever kind. */
interface Written {
  readonly managedFields?:
    | readonly {
        readonly manager?: string | undefined;
        readonly subresource?: string | undefined;
        readonly time?: Date | undefined;
      }[]
    | undefined;
}

/** None where nothing has to be changed. */
export function difference(
  object: string,
  metadata: Written | undefined,
  changes: readonly string[],
): readonly Difference[] {
  return changes.length === 0 ? [] : [{ object, changes, lastWriter: lastWriter(metadata) }];
}

/** By the API server's record of who owns which field; controllers that write the status only do not count. */
function lastWriter(metadata: Written | undefined): string | undefined {
  const [latest] = (metadata?.managedFields ?? [])
    .filter(({ subresource = '' }) => subresource === '')
    .toSorted((one, other) => (other.time?.getTime() ?? 0) - (one.time?.getTime() ?? 0));
  return latest?.manager;
}
