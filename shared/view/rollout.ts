import { z } from 'zod';
import { rolloutPolicySchema } from '../migration/rollout-policy.ts';
import { phaseSchema } from './phase.ts';
import { whySchema } from './why.ts';

const time = z.string().describe('RFC 3339, UTC.');
const who = z.strictObject({ name: z.string(), verified: z.boolean() });

/** One shoot that waits for its turn. */
const waitingSchema = z.strictObject({
  place: z.int().describe('In the order of the turns, from 1.'),
  migration: z.string(),
  shoot: z.string(),
  project: z.string(),
  seed: z.string().optional(),
  canary: z.boolean(),
  since: time.describe('Since when it has been waiting.'),
  why: whySchema.omit({ remedy: true }).describe('Why not yet.'),
});
export type WaitingShoot = z.infer<typeof waitingSchema>;

/** What holds shoots together with others. */
const holdViewSchema = z.strictObject({
  kind: z.enum(['project', 'namespace', 'all']),
  name: z.string().optional().describe('Absent where everything is held.'),
  since: time,
  who: who.optional(),
  release: z
    .strictObject({
      perMinute: z.int(),
      since: time,
      who: who.optional(),
      left: z.int().describe('How many have not gone on yet.'),
      endsAbout: time.optional().describe('When the last one goes on; absent when none is left.'),
    })
    .optional()
    .describe('It is being ended bit by bit.'),
});

/** The rollout as it stands. */
export const rolloutViewSchema = z.strictObject({
  at: time.describe('When the store was looked at, by the clock of the functions.'),
  state: z
    .enum(['none', 'off', 'running', 'stopped', 'damaged'])
    .describe(
      '`none`: no policy was ever set; `off`: not any more. In both every shoot goes on by itself. `damaged`: nothing is let in until a policy is set anew.',
    ),
  id: z.string().optional(),
  policy: rolloutPolicySchema.optional(),
  setAt: time.optional(),
  who: who.optional().describe('Who set the policy.'),
  since: time.optional().describe('Since when it is in this state.'),
  stopped: whySchema
    .extend({
      by: z.enum(['rollout', 'operator']),
      who: who.optional(),
      troubles: z
        .array(
          z.strictObject({
            migration: z.string(),
            shoot: z.string(),
            reason: z.string(),
            message: z.string(),
          }),
        )
        .describe('What going on accepts.'),
    })
    .optional(),
  counts: z.strictObject({
    planning: z.int().describe('No plan yet: they come into the line when it is made.'),
    waiting: z.int().describe('Have a plan, and wait for their turn.'),
    refused: z
      .int()
      .describe('Blocked before anything was changed, most of them by the plan: they stop nobody.'),
    in: z.int().describe('Take up a place: under way, by whomever they were begun.'),
    blocked: z.int().describe('Blocked after their first change: a human has to act.'),
    done: z.int().describe('Let in by this rollout, and dual-stack.'),
    ledBack: z.int().describe('Let in by this rollout, and led back.'),
  }),
  canaries: z.array(
    z.strictObject({
      shoot: z.string(),
      state: z.enum(['passed', 'accepted', 'under way', 'waiting', 'blocked', 'led back', 'no migration']),
      migration: z.string().optional(),
    }),
  ),
  accepted: z.array(z.string()).describe('Shoots with which something was wrong, and it was said to go on.'),
  in: z
    .array(
      z.strictObject({
        migration: z.string(),
        shoot: z.string(),
        project: z.string(),
        seed: z.string().optional(),
        phase: phaseSchema,
        by: z
          .enum(['rollout', 'operator', 'before'])
          .describe('Who let it in; `before`: it had begun before there was a rollout to ask.'),
        since: time.describe('Since when it takes up a place.'),
      }),
    )
    .describe('At most 100, the oldest first.'),
  next: z.array(waitingSchema).describe('At most 100, in the order of their turns.'),
  holds: z.array(holdViewSchema).describe('Standstills of projects, of namespaces, and of everything.'),
  events: z
    .array(
      z.strictObject({
        at: time,
        event: z.enum(['set', 'changed', 'stopped', 'went on', 'off']),
        message: z.string(),
        who: who.optional(),
      }),
    )
    .describe('The last ones, oldest first.'),
});
export type RolloutView = z.infer<typeof rolloutViewSchema>;
