import type { Fault, FaultKind } from '../../../infra/local/simulation/faults/index.ts';

const FIRST_ALIAS = { calls: 'compute instances.updateNetworkInterface', nth: 1 };
const FIRST_DELETION = { calls: 'compute routes.delete', nth: 1 };

/** One of each kind, at a place where it matters to a migration by overlap. */
export const EXAMPLES: { readonly [Kind in FaultKind]: Extract<Fault, { kind: Kind }> } = {
  crash: { kind: 'crash', atCall: 200, when: 'after' },
  'crash at request': { kind: 'crash at request', ...FIRST_DELETION, when: 'after' },
  standstill: { kind: 'standstill', ...FIRST_DELETION, when: 'before', seconds: 300 },
  shutdown: { kind: 'shutdown', calls: 'cluster get daemonsets', nth: 10, graceSeconds: 10 },
  'wrong clock': {
    ...{ kind: 'wrong clock', moment: { atSeconds: 0 }, instance: 0 },
    ...{ aheadSeconds: 40, gainsMsPerSecond: 5 },
  },
  'connection lost': { kind: 'connection lost', ...FIRST_DELETION, when: 'after' },
  refusal: { kind: 'refusal', ...FIRST_ALIAS, status: 503, reason: 'backendError' },
  'slow request': { kind: 'slow request', ...FIRST_ALIAS, seconds: 30 },
  away: { kind: 'away', port: 'cluster', from: { calls: 'cluster list nodes', nth: 3 }, seconds: 120 },
  'slow server': {
    ...{ kind: 'slow server', port: 'compute', from: { calls: 'compute', nth: 20 } },
    ...{ seconds: 3, forSeconds: 60 },
  },
  'small pages': { kind: 'small pages', calls: 'cluster list nodes', nth: 1, count: 60 },
  'expired token': { kind: 'expired token', calls: 'cluster list nodes', nth: 2, count: 2 },
  'operation fails': { kind: 'operation fails', ...FIRST_ALIAS, reason: 'INTERNAL_ERROR', status: 500 },
  'operation hangs': { kind: 'operation hangs', ...FIRST_DELETION, seconds: 120 },
  'commit aborted': { kind: 'commit aborted', calls: 'documents commit', nth: 30 },
  'commit repeated': { kind: 'commit repeated', calls: 'documents commit', nth: 30 },
  'late commit': { kind: 'late commit', calls: 'documents commit', nth: 30, seconds: 5 },
  'other writer': { kind: 'other writer', calls: 'documents commit', nth: 30 },
  duplicate: { kind: 'duplicate', topic: 'migrate-routes', nth: 1, againAfterSeconds: [0, 86_400] },
  'late message': { kind: 'late message', topic: 'migrate-routes', nth: 1, seconds: 600 },
  overtaken: { kind: 'overtaken', topic: 'migrate-routes', nth: 1, by: 2 },
  'lost acknowledgement': { kind: 'lost acknowledgement', topic: 'check-nodes', nth: 1 },
  'missing ticks': { kind: 'missing ticks', nth: 2, count: 5 },
  'vm deleted': { kind: 'vm deleted', moment: { atCall: FIRST_ALIAS }, node: 2 },
  'vm replaced': { kind: 'vm replaced', moment: { atCall: FIRST_DELETION }, node: 1 },
  'vm added': { kind: 'vm added', moment: { atCall: FIRST_DELETION }, count: 1 },
  'vm removed': { kind: 'vm removed', moment: { atCall: FIRST_ALIAS }, node: 0 },
  'foreign alias': { kind: 'foreign alias', moment: { atSeconds: 10 }, node: 1, forSeconds: 30 },
  'alias taken off': { kind: 'alias taken off', moment: { atCall: FIRST_DELETION }, node: 2, forSeconds: 60 },
  'alias comes first': { kind: 'alias comes first', ...FIRST_ALIAS },
  'foreign range': { kind: 'foreign range', moment: { atCall: FIRST_ALIAS } },
  'foreign route': { kind: 'foreign route', moment: { atCall: FIRST_ALIAS }, to: 'elsewhere', node: 0 },
  'fingerprint changed': { kind: 'fingerprint changed', ...FIRST_ALIAS },
  'scope unreachable': {
    kind: 'scope unreachable',
    from: FIRST_ALIAS,
    scope: 'zones/europe-west1-b',
    seconds: 60,
  },
  'node not ready': {
    kind: 'node not ready',
    moment: { atCall: { calls: 'cluster patch daemonsets', nth: 1 } },
    node: 1,
    forSeconds: 120,
  },
  'coredns crashes': {
    kind: 'coredns crashes',
    moment: { atCall: { calls: 'cluster patch deployments', nth: 2 } },
    forSeconds: 120,
  },
  'one family twice': {
    kind: 'one family twice',
    moment: { atCall: { calls: 'compute routes.delete', nth: 2 } },
    forSeconds: 200,
  },
  'object changed': { kind: 'object changed', calls: 'cluster patch', nth: 1 },
  'shoot reconciled': { kind: 'shoot reconciled', moment: { atCall: FIRST_ALIAS } },
  'cloud-controller-manager set back': {
    kind: 'cloud-controller-manager set back',
    moment: { atCall: FIRST_DELETION },
  },
  'route controller alive': {
    kind: 'route controller alive',
    moment: { atCall: { calls: 'compute routes.delete', nth: 2 } },
    forSeconds: 30,
  },
  paused: { kind: 'paused', moment: { atCall: FIRST_DELETION }, what: 'shoot', forSeconds: 600 },
  aborted: { kind: 'aborted', moment: { atCall: FIRST_DELETION }, times: 2 },
  nudged: { kind: 'nudged', moment: { atCall: FIRST_DELETION }, times: 2 },
  'change told again': { kind: 'change told again', moment: { atSeconds: 200 } },
};
