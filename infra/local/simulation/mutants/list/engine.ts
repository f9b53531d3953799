import type { Mutant } from '../mutant.ts';

/** Defects in claims, messages and the way a migration goes on. */
export const ENGINE_MUTANTS = {
  'fence-forgotten': {
    about: 'A run that slept through its lease writes as if nothing had happened.',
    edits: [
      {
        file: 'shared/engine/claim.ts',
        find: 'if (current.lease?.holder !== this.#holder || current.lease.fence !== this.fence) {',
        replace: 'if (current.lease === undefined && this.fence < 0) {',
      },
      {
        file: 'shared/engine/claim.ts',
        find: 'const lease = { ...current.lease, expiresAt: timestamp(clock, limits.leaseSeconds * 1000) };',
        replace:
          'const lease = { holder: this.#holder, fence: this.fence, expiresAt: timestamp(clock, limits.leaseSeconds * 1000) };',
      },
    ],
    first: 'deliveries',
  },
  'lease-ignored': {
    about: 'A message leads to a run although another instance holds the lease.',
    edits: [
      {
        file: 'shared/engine/admit.ts',
        find: "if (running) return refuse('AlreadyRunning');",
        replace: '',
      },
    ],
    first: 'deliveries',
  },
  'message-trusted': {
    about: 'A message runs its step because it says so, whatever step the migration is at.',
    edits: [
      {
        file: 'shared/engine/admit.ts',
        find: 'if (migration.position !== step) {',
        replace: "if (migration.position === 'abort' && step !== 'abort') {",
      },
    ],
    first: 'deliveries',
  },
  'finished-runs-again': {
    about: 'A late message starts a step of a migration that has ended.',
    edits: [
      {
        file: 'shared/engine/admit.ts',
        find: "if (!migration.active) return refuse('MigrationFinished');",
        replace: '',
      },
    ],
    first: 'deliveries',
  },
  'nobody-wakes-the-dead': {
    about: 'The tick leaves alone what a dead run has left behind.',
    edits: [
      {
        file: 'shared/engine/tick.ts',
        find: "return olderThan(lease.expiresAt, 0) ? 'took over from a dead run' : undefined;",
        replace: 'return undefined;',
      },
    ],
  },
  'outbox-forgotten': {
    about: 'A nudge that could not be published is never sent, and the tick does not miss it.',
    edits: [
      {
        file: 'shared/engine/tick.ts',
        find: 'if (outbox.some(({ since }) => olderThan(since, limits.outboxSeconds))) {',
        replace: 'if (outbox.length > 1_000) {',
      },
    ],
  },
} as const satisfies Readonly<Record<string, Mutant>>;
