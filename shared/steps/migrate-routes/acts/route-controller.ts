import type { StepRun } from '../../../engine/step.ts';

/** A pod that is told to go has half a minute (gardener-gcp-flow.md §1.4). */
const ROLLOUT_SECONDS = 60;
const POLL_SECONDS = 5;

/** Tells the cloud-controller-manager, and waits a while until it has heard: nothing else is to be read meanwhile. */
export async function stopRouteController({ ports, clock, signal }: StepRun): Promise<void> {
  const { cloudControllerManager } = ports.cluster;
  await cloudControllerManager.stopManagingRoutes();
  const until = clock.now() + ROLLOUT_SECONDS * 1000;
  for (;;) {
    const { rollout, oldPods } = await cloudControllerManager.state();
    if ((rollout.complete && oldPods === 0) || clock.now() >= until) return;
    await clock.sleep(POLL_SECONDS * 1000, signal);
  }
}
