import { DEAD_LETTER, TOPICS } from '../../../shared/bus/topics.ts';
import type { Topology } from '../backends/index.ts';

/**
 * The topics and push subscriptions of the product, with what `infra/gcp` sets for them: the acknowledgement deadline
 * fits the functions' 540 s, back-off from 10 s to 600 s, and a message that failed ten times goes to the dead letters.
 */
export const TOPOLOGY: Topology = TOPICS.map((topic) => ({
  topic,
  push: {
    path: `/${topic}`,
    ackDeadlineSeconds: 600,
    minimumBackoffSeconds: 10,
    maximumBackoffSeconds: 600,
    ...(topic === DEAD_LETTER ? {} : { deadLetterTopic: DEAD_LETTER, maxDeliveryAttempts: 10 }),
  },
}));
