import { timestamp } from '../../clock.ts';
import { TerminalError } from '../../engine/errors.ts';
import type { StepRun } from '../../engine/step.ts';
import type { KubeDnsAction } from './decide.ts';
import type { Reason } from './reasons.ts';
import { SWITCHED_AT } from './switched.ts';

/**
 * The address that Gardener pins, or any other when a Service of the owner's has that one: DNS over IPv6 then works all the
 * same. Not when it is outside the API server's range: then Gardener and the API server disagree about the range, and no
 * address that could be had now would ever be Gardener's.
 *
 * @throws TerminalError `PinnedAddressOutsideRange`; nothing has changed then.
 */
export async function makeDualStack(
  { pinnedIpv6, within }: KubeDnsAction,
  { ports, log, clock, remember }: Pick<StepRun, 'ports' | 'log' | 'clock' | 'remember'>,
): Promise<void> {
  const { kubeDns } = ports.cluster;
  let answer = await kubeDns.makeDualStack(pinnedIpv6);
  if (answer.kind === 'taken') {
    log.warn({ pinnedIpv6 }, 'another Service has the address that Gardener pins to kube-dns; taking any');
    answer = await kubeDns.makeDualStack('any');
  }
  // Afterwards: a mark without the switch would be taken for one that somebody took back.
  if (answer.kind === 'granted') return await remember(SWITCHED_AT, timestamp(clock));
  const words = answer.kind === 'taken' ? 'the address is taken' : answer.message;
  throw new TerminalError(
    'PinnedAddressOutsideRange' satisfies Reason,
    `kube-dns was to get ${pinnedIpv6}, the tenth address of ${within.range} (from ${within.source}), and the API server refuses it: ${words}`,
    'Compare the API server’s ranges (kubectl get servicecidrs) with the Shoot’s status.networking.services and the services subnet’s IPv6 range; let Gardener reconcile the shoot until they agree, then publish the step again.',
  );
}
