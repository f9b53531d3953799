import { isEffect, numbered } from '../calls.ts';
import type { Fault } from '../faults/index.ts';
import type { Trial } from '../trial.ts';
import { type Campaign, plainCase, SMALL_CLUSTER, strategiesOf } from './campaign.ts';
import { shareOf } from './share.ts';

/** What others do to cloud, cluster and migration, right before each call of the product that may change something. */
export const disturbances: Campaign = {
  about:
    'Others delete, add and change things, pause, abort and nudge, right before each effect: no law may break.',
  async *trials(scope, survey) {
    const trials: Trial[] = [];
    for (const strategy of strategiesOf(scope)) {
      const plain = plainCase(scope, strategy);
      const clean = await survey(plain);
      const effects = numbered(clean?.calls ?? []).filter(({ calls }) => isEffect(calls));
      for (const [index, atCall] of effects.entries()) {
        // Each node has its turn.
        const node = index % (scope.nodes ?? SMALL_CLUSTER);
        for (const fault of disturbancesAt(atCall, node)) {
          trials.push({ case: { ...plain, faults: [fault] }, sameEnd: false });
        }
      }
    }
    yield* shareOf(trials, scope);
  },
};

type Which = { readonly calls: string; readonly nth: number };

function disturbancesAt(atCall: Which, node: number): readonly Fault[] {
  const moment = { atCall };
  const ofNics: readonly Fault[] = /updateNetworkInterface$/.test(atCall.calls)
    ? [{ kind: 'alias comes first', ...atCall }]
    : [];
  return [
    ...ofNics,
    { kind: 'vm deleted', moment, node },
    { kind: 'vm replaced', moment, node },
    { kind: 'vm added', moment, count: 1 },
    { kind: 'vm removed', moment, node },
    { kind: 'foreign alias', moment, node, forSeconds: 300 },
    { kind: 'foreign alias', moment, node },
    { kind: 'alias taken off', moment, node, forSeconds: 120 },
    { kind: 'foreign range', moment },
    { kind: 'foreign route', moment, node, to: 'elsewhere' },
    { kind: 'foreign route', moment, node, to: 'free pod addresses' },
    { kind: 'foreign route', moment, node, to: 'pod CIDR of a node' },
    { kind: 'node not ready', moment, node, forSeconds: 200 },
    { kind: 'coredns crashes', moment, forSeconds: 200 },
    { kind: 'one family twice', moment, forSeconds: 400 },
    { kind: 'shoot reconciled', moment },
    { kind: 'shoot stopped', moment, by: 'emergency-stop-reconciliations', forSeconds: 900 },
    { kind: 'cloud-controller-manager set back', moment },
    { kind: 'route controller alive', moment, forSeconds: 60 },
    { kind: 'paused', moment, what: 'shoot', forSeconds: 900 },
    { kind: 'aborted', moment, times: 1 },
    { kind: 'nudged', moment, times: 2 },
    { kind: 'change told again', moment },
  ];
}
