import type { RolloutView } from '../../shared/view/index.ts';
import type { Look } from './fleet.ts';
import { table } from './table.ts';
import { duration, fields, paragraph } from './text.ts';

const STATES: Readonly<Record<RolloutView['state'], string>> = {
  none: 'none: every shoot goes on by itself',
  off: 'off: every shoot goes on by itself',
  running: 'running',
  stopped: 'stopped: nothing more is let in',
  damaged: 'damaged: nothing is let in until a policy is set anew',
};
/** In a narrow table; `wide` shows as many as the API does. */
const MOST_SHOWN = 10;

/** The rollout: its policy, who is in, who is next and why not yet. */
export function rolloutText(view: RolloutView, { width, paint, wide }: Look): string {
  const { state, policy, stopped, counts, canaries, holds } = view;
  const since = (time: string) => duration(Date.parse(view.at) - Date.parse(time));
  const trouble = state === 'stopped' || state === 'damaged';
  const most = wide ? Number.POSITIVE_INFINITY : MOST_SHOWN;
  return [
    fields(
      [
        ['rollout', trouble ? paint('red', STATES[state]) : STATES[state]],
        [
          'policy',
          policy &&
            Object.entries(policy)
              .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
              .join(', '),
        ],
        ['stopped', stopped && `${stopped.reason}: ${stopped.message}`],
        ['to do', stopped?.remedy],
        [
          'counts',
          Object.entries(counts)
            .map(([name, count]) => `${count} ${name}`)
            .join(', '),
        ],
        [
          'canaries',
          canaries.length === 0
            ? undefined
            : canaries.map((each) => `${each.shoot} ${each.state}`).join(', '),
        ],
      ],
      width,
    ),
    ...holds.map(({ kind, name, since: at, release }) => {
      const ending = release && `, ${release.left} go on, ${release.perMinute} a minute`;
      return paragraph(
        `held: ${kind === 'all' ? 'everything' : `${kind} ${name}`}, for ${since(at)}${ending ?? ''}`,
        width,
      );
    }),
    ...(view.in.length === 0
      ? []
      : [
          '\n',
          table(
            [
              { heading: 'UNDER WAY', least: 20 },
              { heading: 'PHASE' },
              { heading: 'FOR' },
              { heading: 'LET IN BY' },
              { heading: 'PROJECT', least: 10 },
            ],
            view.in
              .slice(0, most)
              .map((each) => [each.shoot, each.phase, since(each.since), each.by, each.project]),
            width,
          ),
        ]),
    ...(view.next.length === 0
      ? []
      : [
          '\n',
          table(
            [
              { heading: 'PLACE' },
              { heading: 'NEXT', least: 20 },
              { heading: 'FOR' },
              { heading: 'WHY NOT YET', least: 20 },
            ],
            view.next
              .slice(0, most)
              .map((each) => [
                String(each.place),
                each.canary ? `${each.shoot} (canary)` : each.shoot,
                since(each.since),
                `${each.why.reason}: ${each.why.message}`,
              ]),
            width,
          ),
        ]),
  ].join('');
}
