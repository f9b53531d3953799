import type { Outcome } from '../../migration/outcome.ts';
import { secondsLeft } from '../phase.ts';
import type { KubeDnsFacts } from './gather.ts';
import type { Reason } from './reasons.ts';

/** When this migration last gave kube-dns its second address. */
export const SWITCHED_AT = 'switch-kube-dns/switched-at';

/**
 * gardener-resource-manager applies what Gardener last rendered about once a minute, and as long as Gardener's own constraint
 * stands in its way that is a Service of one family (gardener-core-flow.md §6.3): what outlasts this is there to stay.
 */
const STAYING_SECONDS = 90;
/** Taken back before, it is tried again only after so long: Gardener may have come further by then. */
const TRY_AGAIN_SECONDS = 600;
const LOOK_SECONDS = 45;
/** Too long to be sat out within a run, so that the history tells of it. */
const LOOK_AT_GARDENER_SECONDS = 90;

type Switched = Pick<KubeDnsFacts, 'now' | 'switchedAt'>;

/** The Service has one family again, although it was switched a moment ago. */
export function wasSwitchedBack({ now, switchedAt }: Switched): Outcome | undefined {
  if (secondsOf(TRY_AGAIN_SECONDS, now, switchedAt) === 0) return undefined;
  return {
    kind: 'waiting',
    reason: 'KubeDnsSwitchedBack' satisfies Reason,
    message:
      `kube-dns was switched at ${switchedAt}, and somebody took its IPv6 address away again. Gardener does so until its own ` +
      'reconciliations come to kube-dns: see the Shoot’s constraint DNSServiceMigrationReady, and annotate the Shoot with ' +
      'gardener.cloud/operation=reconcile to have the next one now',
    lookAgainAfterSeconds: LOOK_AT_GARDENER_SECONDS,
  };
}

/** What we switched has to stay so for a while; what was found as it should be has been so without us. */
export function awaitStaying({ now, switchedAt }: Switched): Outcome | undefined {
  const left = secondsOf(STAYING_SECONDS, now, switchedAt);
  if (left === 0) return undefined;
  return {
    kind: 'waiting',
    reason: 'KubeDnsWatched' satisfies Reason,
    message: 'kube-dns answers over both families; it is looked at whether that stays so',
    lookAgainAfterSeconds: Math.min(left, LOOK_SECONDS),
  };
}

/** What is left of them since the switch; none without one. */
function secondsOf(seconds: number, now: number, switchedAt: string | undefined): number {
  return switchedAt === undefined ? 0 : secondsLeft(now, Date.parse(switchedAt), seconds);
}
