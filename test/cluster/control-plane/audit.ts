import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** One rule of an audit policy (audit.k8s.io/v1); the first that matches a request counts. */
export interface AuditRule {
  readonly level: 'None' | 'Metadata' | 'Request' | 'RequestResponse';
  readonly users?: readonly string[];
  readonly userGroups?: readonly string[];
  readonly verbs?: readonly string[];
  readonly resources?: readonly { readonly group: string; readonly resources?: readonly string[] }[];
  readonly namespaces?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** What an audit entry says of a request that was answered. */
export interface AuditEvent {
  readonly user: string;
  /** As authorization sees it: get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verb: string;
  readonly requestUri: string;
  /** Absent for paths such as `/readyz`. */
  readonly object: AuditedObject | undefined;
  /** HTTP status of the answer. */
  readonly code: number;
  /** Only asked, nothing changed. */
  readonly dryRun: boolean;
  /** When it came in. */
  readonly receivedAt: string;
}

export interface AuditedObject {
  /** Empty for the core group. */
  readonly apiGroup: string;
  readonly resource: string;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

const ObjectReference = z.object({
  apiGroup: z.string().default(''),
  resource: z.string(),
  subresource: z.string().optional(),
  namespace: z.string().optional(),
  name: z.string().optional(),
});

const Entry = z.object({
  stage: z.string(),
  verb: z.string(),
  requestURI: z.string(),
  user: z.object({ username: z.string() }),
  objectRef: ObjectReference.optional(),
  responseStatus: z.object({ code: z.number() }).optional(),
  requestReceivedTimestamp: z.string(),
});

/** Everything, by whom and to what, without the objects themselves. */
const EVERYTHING: readonly AuditRule[] = [{ level: 'Metadata' }];

/** The policy's file. JSON is YAML. */
export function auditPolicy(rules: readonly AuditRule[] = EVERYTHING): string {
  return JSON.stringify({
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived', 'ResponseStarted'],
    rules,
  });
}

/**
 * The answered requests so far, the oldest answer first. An entry is written before its answer ends (the log's mode is
 * "blocking", and the auditing handler stands inside the one that ends the answer), so whoever has an answer finds
 * its entry here. A watch is answered when it ends.
 */
export async function readAuditLog(file: string): Promise<readonly AuditEvent[]> {
  const text = await readFile(file, 'utf8');
  // What follows the last line break is still being written.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => Entry.parse(JSON.parse(line)))
    .filter(({ stage }) => stage === 'ResponseComplete')
    .map(eventOf);
}

function eventOf(entry: z.infer<typeof Entry>): AuditEvent {
  const { objectRef: reference } = entry;
  return {
    user: entry.user.username,
    verb: entry.verb,
    requestUri: entry.requestURI,
    object: reference && {
      apiGroup: reference.apiGroup,
      resource: reference.resource,
      subresource: reference.subresource,
      namespace: reference.namespace,
      name: reference.name,
    },
    code: entry.responseStatus?.code ?? 0,
    dryRun: new URL(entry.requestURI, 'https://localhost').searchParams.has('dryRun'),
    receivedAt: entry.requestReceivedTimestamp,
  };
}
