import { systemClock } from '../../../shared/clock.ts';
import { runs } from './controller-manager.ts';
import type { Credentials } from './credentials.ts';
import { secureGet } from './secure-get.ts';

const WAIT_MS = 60_000;
const LOOK_AGAIN_MS = 50;

/**
 * Waits for what a cluster has from its first minute on, and no `/readyz` waits for: its namespaces, and the service
 * accounts that every pod needs.
 *
 * @param port the API server's
 * @param controllers as for kube-controller-manager's `--controllers`
 * @throws Error naming what did not come.
 */
export async function untilBootstrapped(
  port: number,
  controllers: string | undefined,
  { cluster, admin }: Credentials,
): Promise<void> {
  const core = '/api/v1/namespaces';
  const wanted = runs(controllers, 'serviceaccount-controller')
    ? [`${core}/default/serviceaccounts/default`, `${core}/kube-system/serviceaccounts/default`]
    : [`${core}/default`, `${core}/kube-system`];
  const giveUpAt = systemClock.now() + WAIT_MS;
  for (const path of wanted) {
    for (;;) {
      const { status, body } = await secureGet({ port, path }, cluster.certificate, admin);
      if (status === 200) break;
      if (systemClock.now() > giveUpAt) throw new Error(`${path} did not come: HTTP ${status} ${body}`);
      await systemClock.sleep(LOOK_AGAIN_MS);
    }
  }
}
