import { CARRIERS, type NodesView } from '../../shared/view/index.ts';
import type { Look } from './fleet.ts';
import { type Column, table } from './table.ts';
import { duration, paragraph } from './text.ts';

const NARROW: readonly Column[] = [
  { heading: 'NODE', least: 24 },
  { heading: 'CARRIED BY' },
  { heading: 'PRESENCE' },
  { heading: 'ZONE', least: 8 },
  { heading: 'POD CIDRS', least: 10 },
];
const WIDE: readonly Column[] = [
  { heading: 'NODE' },
  { heading: 'CARRIED BY' },
  { heading: 'PRESENCE' },
  { heading: 'ZONE' },
  { heading: 'POOL' },
  { heading: 'READY' },
  { heading: 'SINCE' },
  { heading: 'POD CIDRS' },
];

/** What leads packets to each node’s pods. */
export function nodesText(view: NodesView, { width, paint, wide }: Look): string {
  const rows = view.cells.map(({ name, carrier, presence, zone = '', pool = '', ready, since, podCidrs }) => {
    // Of a node that is there and does not leave, nothing carries its pods: they are not reached.
    const unreached = carrier === 'nothing' && presence === 'live';
    const start = [name, unreached ? paint('red', carrier) : carrier, presence, zone];
    if (!wide) return [...start, podCidrs.join(' ')];
    const age = since === undefined ? '' : duration(Date.parse(view.at) - Date.parse(since));
    return [...start, pool, ready === undefined ? '' : ready ? 'yes' : 'no', age, podCidrs.join(' ')];
  });
  const counts = CARRIERS.flatMap((carrier) =>
    view.counts[carrier] > 0 ? [`${view.counts[carrier]} ${carrier}`] : [],
  );
  const looked =
    view.source === 'live' ? 'as cloud and cluster show them' : 'as the records of migrate-routes say';
  return [
    rows.length === 0 ? '' : table(wide ? WIDE : NARROW, rows, wide ? undefined : width),
    rows.length === 0 ? '' : '\n',
    paragraph(
      rows.length === 0
        ? `No nodes, ${looked}: they are recorded when migrate-routes begins. Try --live.`
        : `${looked}: ${counts.join(', ')}`,
      width,
    ),
    view.trouble === undefined ? '' : paragraph(`no live look: ${view.trouble}`, width),
  ].join('');
}
