import { z } from 'zod';
import type { Clock } from '../../../../shared/clock.ts';
import type { ComputeInProcess } from '../../gce/index.ts';

/** The first look at an operation comes at once, then one every ten seconds (gardener-gcp-flow.md §1.3). */
const POLL_MS = 10_000;

/** What the API, or an operation, refused. */
export class RequestFailed extends Error {
  /** Without the name of what was asked for: `DELETE routes: 403 forbidden`. */
  readonly summary: string;

  constructor(verb: string, path: string, problem: string) {
    super(`${verb} ${path}: ${problem}`);
    this.name = 'RequestFailed';
    this.summary = `${verb} ${path.split('/').at(-2) ?? path}: ${problem}`;
  }
}

const operationSchema = z.object({
  name: z.string(),
  status: z.string(),
  zone: z.string().optional(),
  region: z.string().optional(),
  error: z.object({ errors: z.array(z.object({ code: z.string() })) }).optional(),
});
export type Operation = z.infer<typeof operationSchema>;

const failureSchema = z.object({
  error: z.object({
    message: z.string(),
    errors: z.array(z.object({ reason: z.string() })).optional(),
    details: z.array(z.object({ reason: z.string().optional() })).optional(),
  }),
});

/** Compute Engine's API as the Go client of Gardener's extension asks it: directly, and without any retry. */
export class Requests {
  readonly #compute: ComputeInProcess;
  readonly #clock: Clock;
  readonly #root: string;
  /** Instants of the first call and of the end of the last one. */
  firstCallAt: number | undefined;
  lastCallEndedAt: number | undefined;

  constructor(compute: ComputeInProcess, clock: Clock) {
    this.#compute = compute;
    this.#clock = clock;
    this.#root = `/compute/v1/projects/${compute.project}`;
  }

  /** `path` below the project. @throws RequestFailed for any answer but 200. */
  async send<Schema extends z.ZodType>(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    schema: Schema,
    body?: object,
  ): Promise<z.output<Schema>> {
    this.firstCallAt ??= this.#clock.now();
    const text = body === undefined ? '' : JSON.stringify(body);
    const url = `${this.#root}/${path}`;
    const answer = await this.#compute.answer({ method, url, headers: {}, body: text });
    this.lastCallEndedAt = this.#clock.now();
    if (answer.status === 200) return schema.parse(answer.body);
    const failure = failureSchema.safeParse(answer.body);
    const { errors = [], details = [], message = '' } = failure.data?.error ?? {};
    const reasons = [...details, ...errors].flatMap(({ reason }) => reason ?? []);
    throw new RequestFailed(method, path, `${answer.status} ${reasons[0] ?? message}`);
  }

  change(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<Operation> {
    return this.send(method, path, operationSchema, body);
  }

  /** @throws RequestFailed when the operation failed, or a poll did: it is not repeated. */
  async finish(operation: Operation): Promise<void> {
    const { name, zone, region } = operation;
    const place = zone === undefined ? regionOrGlobal(region) : `zones/${lastSegment(zone)}`;
    const path = `${place}/operations/${name}`;
    for (;;) {
      const now = await this.send('GET', path, operationSchema);
      if (now.status === 'DONE') {
        const code = now.error?.errors[0]?.code;
        if (code !== undefined) throw new RequestFailed('GET', path, `failed with ${code}`);
        return;
      }
      await this.#clock.sleep(POLL_MS);
    }
  }
}

export function lastSegment(link: string): string {
  return link.slice(link.lastIndexOf('/') + 1);
}

function regionOrGlobal(region: string | undefined): string {
  return region === undefined ? 'global' : `regions/${lastSegment(region)}`;
}
