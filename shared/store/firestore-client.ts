import type { Settings } from '@google-cloud/firestore';
import { Firestore } from '@google-cloud/firestore';

/** Below the adapter's own deadline, so that a commit has ended for good when the adapter gives up on it. */
const ATTEMPT_SECONDS = 10;

/**
 * A client whose every attempt ends within ten seconds. Its own settings let one take up to five minutes, and have no
 * option for that; a gRPC service config has. While there is no connection an attempt waits instead of failing:
 * a commit that failed for that would be repeated in the background for ten minutes, long after its caller
 * went on without it.
 */
export function openFirestore(settings: Settings): Firestore {
  const serviceConfig = {
    methodConfig: [
      {
        name: [{ service: 'google.firestore.v1.Firestore' }],
        timeout: `${ATTEMPT_SECONDS}s`,
        waitForReady: true,
      },
    ],
  };
  return new Firestore({
    ...settings,
    grpcOptions: { 'grpc.service_config': JSON.stringify(serviceConfig) },
  });
}
