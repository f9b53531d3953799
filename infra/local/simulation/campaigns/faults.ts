import { isEffect, type NumberedCall, numbered } from '../calls.ts';
import type { Fault } from '../faults/index.ts';
import type { Trial } from '../trial.ts';
import { type Campaign, plainCase, strategiesOf } from './campaign.ts';
import { shareOf } from './share.ts';

/** Something that may befall a call, and whether the migration must end as if it had not. */
interface Trouble {
  readonly fault: Fault;
  /** False where to stop, to restore or to go another way is as good an answer. */
  readonly sameEnd: boolean;
}

/** Each kind of fault at each call where it makes sense. */
export const faults: Campaign = {
  about:
    'Each kind of error, at each call where it can come: the same end where it passes, no law broken anywhere.',
  async *trials(scope, survey) {
    const trials: Trial[] = [];
    for (const strategy of strategiesOf(scope)) {
      const plain = plainCase(scope, strategy);
      const clean = await survey(plain);
      for (const { fault, sameEnd } of numbered(clean?.calls ?? []).flatMap(troublesOf)) {
        trials.push({ case: { ...plain, faults: [fault] }, sameEnd });
      }
    }
    yield* shareOf(trials, scope);
  },
};

function troublesOf(call: NumberedCall): readonly Trouble[] {
  const [port = ''] = call.calls.split(' ');
  return [...ofAnyCall(call), ...(OF_PORT[port]?.(call) ?? [])];
}

function ofAnyCall(call: NumberedCall): readonly Trouble[] {
  return [
    passing({ kind: 'connection lost', ...call, when: 'before' }),
    passing({ kind: 'connection lost', ...call, when: 'after' }),
    passing({ kind: 'slow request', ...call, seconds: 40 }),
  ];
}

/** Longer than a run may last: HTTP requests are given up by then. The store's and the bus's clients have deadlines of their own. */
function verySlow(call: NumberedCall): Trouble {
  return passing({ kind: 'slow request', ...call, seconds: 400 });
}

const OF_PORT: Readonly<Record<string, (call: NumberedCall) => readonly Trouble[]>> = {
  documents: (call) => [
    passing({ kind: 'away', port: 'documents', from: call, seconds: 300 }),
    ...(call.calls === 'documents commit' ? ofCommits(call) : []),
  ],
  bus: (call) => [passing({ kind: 'away', port: 'bus', from: call, seconds: 300 })],
  compute: (call) => [
    verySlow(call),
    passing({ kind: 'refusal', ...call, status: 429, reason: 'rateLimitExceeded' }),
    passing({ kind: 'refusal', ...call, status: 503, reason: 'backendError' }),
    passing({ kind: 'refusal', ...call, status: 503, reason: 'backendError', effect: 'after' }),
    passing({ kind: 'away', port: 'compute', from: call, seconds: 300 }),
    ...(isEffect(call.calls) ? ofMutations(call) : [passing({ kind: 'small pages', ...call })]),
  ],
  cluster: (call) => ofKubernetes('cluster', call),
  garden: (call) => ofKubernetes('garden', call),
};

function ofCommits(call: NumberedCall): readonly Trouble[] {
  return [
    passing({ kind: 'commit aborted', ...call }),
    passing({ kind: 'commit repeated', ...call }),
    passing({ kind: 'late commit', ...call, seconds: 2 }),
    passing({ kind: 'late commit', ...call, seconds: 120 }),
    passing({ kind: 'other writer', ...call }),
  ];
}

function ofMutations(call: NumberedCall): readonly Trouble[] {
  return [
    passing({ kind: 'refusal', ...call, status: 412, reason: 'conditionNotMet' }),
    passing({ kind: 'refusal', ...call, status: 400, reason: 'resourceNotReady' }),
    final({ kind: 'refusal', ...call, status: 403, reason: 'quotaExceeded' }),
    final({ kind: 'refusal', ...call, status: 403, reason: 'forbidden' }),
    final({ kind: 'operation fails', ...call, reason: 'INTERNAL_ERROR', status: 500 }),
    final({ kind: 'operation fails', ...call, reason: 'QUOTA_EXCEEDED', status: 403 }),
    passing({ kind: 'operation hangs', ...call, seconds: 60 }),
    final({ kind: 'operation hangs', ...call, seconds: 3_600 }),
  ];
}

function ofKubernetes(port: 'cluster' | 'garden', call: NumberedCall): readonly Trouble[] {
  return [
    verySlow(call),
    passing({ kind: 'refusal', ...call, status: 429, reason: 'TooManyRequests' }),
    passing({ kind: 'refusal', ...call, status: 500, reason: 'InternalError' }),
    passing({ kind: 'refusal', ...call, status: 503, reason: 'ServiceUnavailable', effect: 'after' }),
    passing({ kind: 'away', port, from: call, seconds: 300 }),
    ...(isEffect(call.calls)
      ? [
          passing({ kind: 'refusal', ...call, status: 409, reason: 'Conflict' }),
          final({ kind: 'refusal', ...call, status: 403, reason: 'Forbidden' }),
        ]
      : [passing({ kind: 'small pages', ...call }), passing({ kind: 'expired token', ...call, count: 2 })]),
  ];
}

function passing(fault: Fault): Trouble {
  return { fault, sameEnd: true };
}

function final(fault: Fault): Trouble {
  return { fault, sameEnd: false };
}
