import { z } from 'zod';
import { PAUSE, RESUME, ROLLOUT, SHOOT_CHANGED } from '../../bus/topics.ts';
import { abortSchema, nudgeSchema } from '../../engine/nudge.ts';
import { pauseSchema, resumeSchema } from '../../engine/pause-target.ts';
import { rolloutOrderSchema } from '../../fleet/index.ts';
import { InvalidShoot, parseShoot } from '../../migration/shoot.ts';
import { ABORT, FORWARD_STEPS } from '../../migration/steps.ts';
import { fieldErrors, Problem } from '../http/problem.ts';
import { shootChangeSchema } from '../shoot-change.ts';

/** What sets a message off is for the edge to find out: nobody claims over HTTP to be the engine or the clock. */
const byHand = nudgeSchema.omit({ cause: true });

/** A Shoot that intake could not understand would be refused out of its sender’s sight. */
const shootChange = z.strictObject(shootChangeSchema.shape).superRefine(({ before, after }, context) => {
  for (const [field, manifest] of Object.entries({ before, after })) {
    if (field === 'before' && (manifest === undefined || manifest === null)) continue;
    for (const message of problemsOf(manifest)) context.addIssue({ code: 'custom', path: [field], message });
  }
});

/** What operators publish by hand (README, “the ways in”). What the product says to itself is not among it. */
export const PUBLISHED_TOPICS = [SHOOT_CHANGED, ...FORWARD_STEPS, PAUSE, RESUME, ABORT, ROLLOUT] as const;
type PublishedTopic = (typeof PUBLISHED_TOPICS)[number];

function bodyOf(topic: PublishedTopic): z.ZodType {
  switch (topic) {
    case SHOOT_CHANGED:
      return shootChange;
    case PAUSE:
      return pauseSchema;
    case RESUME:
      return resumeSchema;
    case ROLLOUT:
      return rolloutOrderSchema;
    case ABORT:
      return abortSchema.omit({ cause: true });
    default:
      return byHand;
  }
}

export const messageSchema = z.strictObject({
  topic: z
    .enum(PUBLISHED_TOPICS, `expected one of ${PUBLISHED_TOPICS.join(', ')}`)
    .describe('Whose message it is: a function listens to each.'),
  body: z
    .record(z.string(), z.unknown(), 'expected an object')
    .describe(
      'As the topic’s function takes it from anybody, but for `cause`; a Shoot as an excerpt is enough.',
    ),
});

/** @throws Problem naming each field of the body that the topic’s function would not understand. */
export function assertUnderstood({ topic, body }: z.output<typeof messageSchema>): void {
  const read = bodyOf(topic).safeParse(body);
  if (read.success) return;
  const errors = fieldErrors(read.error).map(({ field, expected }) => ({ field: `body.${field}`, expected }));
  throw new Problem(400, `That is no body of a message on ${topic}.`, { errors });
}

function problemsOf(manifest: unknown): readonly string[] {
  try {
    parseShoot(manifest);
    return [];
  } catch (error) {
    if (error instanceof InvalidShoot) return error.problems;
    throw error;
  }
}
