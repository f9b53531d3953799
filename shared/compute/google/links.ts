import type { InstanceName } from '../compute.ts';

/** The short name at the end of a resource's URL, full or partial; a bare name is its own. */
export function nameOf(link: string): string {
  return link.slice(link.lastIndexOf('/') + 1);
}

/**
 * Zone and name out of an instance's URL. The host and the leading segments differ between answers (`www.googleapis.com`,
 * `compute.googleapis.com`, partial URLs), the end does not; so nothing is counted from the front.
 */
export function instanceOf(link: string): InstanceName | undefined {
  const match = /(?:^|\/)zones\/([^/]+)\/instances\/([^/?#]+)$/.exec(link);
  const [, zone, name] = match ?? [];
  return zone === undefined || name === undefined ? undefined : { name, zone };
}
