import { join } from 'node:path';
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { z } from 'zod';

/** An empty Firestore that takes every write, forgets it, and tells what it was. */
export interface FirestoreStandIn {
  /** For FIRESTORE_EMULATOR_HOST. */
  readonly host: string;
  /** Each write of each commit so far: the document's path, and the texts and timestamps among its fields. */
  readonly writes: readonly WrittenDocument[];
  stop(): Promise<void>;
}

export interface WrittenDocument {
  /** Below the database, e.g. `refusals/pause-1`. */
  readonly path: string;
  readonly texts: Readonly<Record<string, string>>;
  /** In milliseconds since the Unix epoch. */
  readonly timestamps: Readonly<Record<string, number>>;
}

const valueSchema = z.looseObject({
  stringValue: z.string().optional(),
  timestampValue: z
    .object({ seconds: z.coerce.number(), nanos: z.number().default(0) })
    .transform(({ seconds, nanos }) => seconds * 1_000 + nanos / 1e6)
    .nullish(),
});
const documentSchema = z.object({ name: z.string(), fields: z.record(z.string(), valueSchema) });
const commitSchema = z.object({ writes: z.array(z.object({ update: documentSchema.nullish() })) });

/**
 * Starts it on 127.0.0.1: enough of Firestore's API over gRPC for a function to put a message on record, so that the time from
 * start to answer can be measured without anything installed. It knows the API by the complete descriptors, not by those of a
 * bundle.
 */
export async function startFirestoreStandIn(root: string): Promise<FirestoreStandIn> {
  const writes: WrittenDocument[] = [];
  const server = new Server();
  server.addService(firestoreService(root), callsOn(writes));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    host: `127.0.0.1:${port}`,
    writes,
    // Clients that were killed leave connections behind that a polite end would wait for.
    stop: async () => server.forceShutdown(),
  };
}

function firestoreService(root: string) {
  const path = join(root, 'node_modules/@google-cloud/firestore/build/protos/v1.json');
  const service = loadSync(path, { longs: String, enums: String })['google.firestore.v1.Firestore'];
  if (service === undefined || 'format' in service) throw new Error(`${path} defines no service Firestore`);
  return service;
}

function callsOn(writes: WrittenDocument[]): UntypedServiceImplementation {
  return {
    commit(call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>) {
      const request = commitSchema.parse(call.request);
      for (const { update } of request.writes) if (update != null) writes.push(written(update));
      const now = { seconds: Math.floor(Date.now() / 1000), nanos: 0 };
      answer(null, { commitTime: now, writeResults: request.writes.map(() => ({ updateTime: now })) });
    },
    batchGetDocuments(call: ServerWritableStream<{ documents: string[] }, unknown>) {
      const readTime = { seconds: Math.floor(Date.now() / 1000), nanos: 0 };
      for (const missing of call.request.documents) call.write({ missing, readTime });
      call.end();
    },
    runQuery(call: ServerWritableStream<unknown, unknown>) {
      call.write({ readTime: { seconds: Math.floor(Date.now() / 1000), nanos: 0 } });
      call.end();
    },
  };
}

function written({ name, fields }: z.output<typeof documentSchema>): WrittenDocument {
  const texts: Record<string, string> = {};
  const timestamps: Record<string, number> = {};
  for (const [field, { stringValue, timestampValue }] of Object.entries(fields)) {
    if (stringValue !== undefined) texts[field] = stringValue;
    if (timestampValue != null) timestamps[field] = timestampValue;
  }
  return { path: name.replace(/^.*\/documents\//, ''), texts, timestamps };
}
