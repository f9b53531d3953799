import { z } from 'zod';
import { wishFields } from '../engine/nudge.ts';
import { projectId } from '../engine/pause-target.ts';

/** The body of a message on the topic `shoot-changed`: `{"before": <Shoot or null>, "after": <Shoot>}`. */
export const shootChangeSchema = z.object({
  before: z.unknown().optional(),
  after: z.record(z.string(), z.unknown(), 'expected the Shoot manifest after the change'),
  /** GCP project of the shoot's infrastructure; the function's own when absent. */
  project: projectId.optional(),
  ...wishFields,
});
