import { createHash } from 'node:crypto';

/** What a request is answered with. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  /** Weak: the same content may be sent compressed or not. Absent for what is not worth to be asked for again. */
  readonly etag?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A stream of server-sent events, which goes on until it ends by itself or the signal aborts. */
export interface EventStream {
  readonly kind: 'events';
  run(send: SendEvent, signal: AbortSignal): Promise<void>;
}

export interface SentEvent {
  readonly event: string;
  readonly data: object;
  /** What a client that comes back says that it has seen. */
  readonly id?: string;
}

/** Resolves when there is room for more: a client that reads slowly is not sent what it cannot take. */
export type SendEvent = (event: SentEvent) => Promise<void>;

export type Result = Answer | EventStream;

/** `version` is of what it says apart from when: asked for again, the same content is not sent again. */
export function json(value: object, options: { status?: number; version?: string } = {}): Answer {
  const { status = 200, version } = options;
  return {
    kind: 'answer',
    status,
    type: 'application/json; charset=utf-8',
    body: Buffer.from(JSON.stringify(value), 'utf8'),
    ...(version !== undefined && { etag: `W/"${version}"` }),
  };
}

/** Short and the same for the same content. */
export function versionOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 22);
}
