import { TerminalError } from '../../engine/errors.ts';
import type { StepRun } from '../../engine/step.ts';
import type { KubeDnsAction } from './decide.ts';
import type { Reason } from './reasons.ts';

/**
 * The address that Gardener pins, or any other when a Service of the owner's has that one: DNS over IPv6 then works all the
 * same. Not when it is outside the API server's range: then Gardener and the API server disagree about the range, and no
 * address that could be had now would ever be Gardener's.
 *
 * @throws TerminalError `PinnedAddressOutsideRange`; nothing has changed then.
 */
export async function makeDualStack(
  { pinnedIpv6, within }: KubeDnsAction,
  { ports, log }: Pick<StepRun, 'ports' | 'log'>,
): Promise<void> {
  const { kubeDns } = ports.cluster;
  let answer = await kubeDns.makeDualStack(pinnedIpv6);
  if (answer.kind === 'taken') {
    log.warn({ pinnedIpv6 }, 'another Service has the address that Gardener pins to kube-dns; taking any');
    answer = await kubeDns.makeDualStack('any');
  }
  if (answer.kind === 'granted') return;
  const words = answer.kind === 'taken' ? 'the address is taken' : answer.message;
  throw new TerminalError(
    'PinnedAddressOutsideRange' satisfies Reason,
    `kube-dns was to get ${pinnedIpv6}, the tenth address of ${within.range} (from ${within.source}), and the API server refuses it: ${words}`,
    'Compare the API server’s ranges (kubectl get servicecidrs) with the Shoot’s status.networking.services and the services subnet’s IPv6 range; let Gardener reconcile the shoot until they agree, then publish the step again.',
  );
}
