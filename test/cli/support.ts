import type { Cli } from '../../cli/cli.ts';
import { apiOperations } from '../../cli/operations/api/index.ts';
import { run } from '../../cli/run.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { systemClock } from '../../shared/clock.ts';
import { answered } from '../../shared/edge/http/serve.ts';
import type { IdentifyCaller } from '../../shared/edge/operate/callers.ts';
import { answerAs } from '../../shared/edge/operate/serve.ts';
import { looksOf } from '../../shared/edge/status/looks.ts';
import { answerWith } from '../../shared/edge/status/serve.ts';
import type { Engine } from '../../shared/engine/engine.ts';

/** Somewhere that nobody listens: what asks is answered in process. */
const PLACE = { SHOOT_DUALSTACK_STATUS_URL: 'http://127.0.0.1:9' };

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly colours?: boolean;
  readonly env?: Terminal['env'];
  readonly answer?: (question: string) => string | undefined;
  readonly input?: string;
  readonly signal?: AbortSignal;
  readonly onOut?: (text: string) => void;
  readonly clock?: Terminal['clock'];
}

/** A terminal that keeps what it is given. Without `columns` it is a pipe, without `answer` nobody sits there. */
export function terminalWith(
  options: TerminalOptions = {},
): Terminal & { readonly written: () => Omit<Ended, 'code'> } {
  let [out, said] = ['', ''];
  const { columns, rows = 24, answer } = options;
  return {
    out: (text) => {
      out += text;
      options.onOut?.(text);
    },
    say: (text) => {
      said += text;
    },
    size: () => (columns === undefined ? undefined : { columns, rows }),
    colours: options.colours ?? false,
    ask: answer && (async (question) => answer(question)),
    env: { SHOOT_DUALSTACK_CONFIG: '/nowhere/contexts.yaml', HOME: '/nowhere', ...PLACE, ...options.env },
    clock: options.clock ?? systemClock,
    signal: options.signal ?? new AbortController().signal,
    readInput: async () => options.input ?? '',
    written: () => ({ out, said }),
  };
}

export const ALICE = { name: 'alice@example.com', verified: true };
const known: IdentifyCaller = async () => ({ who: ALICE });

/** `fetch`, answered by the functions `status` and `operate` over this engine. */
export function fetchFrom(engine: Engine, identify: IdentifyCaller = known): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const request = {
      method: init?.method ?? 'GET',
      url: `${url.pathname}${url.search}`,
      headers: Object.fromEntries(new Headers(init?.headers)),
      body: Buffer.from(typeof init?.body === 'string' ? init.body : ''),
    };
    const answer = await answered('test', request, () =>
      request.method === 'GET'
        ? answerWith(looksOf(engine, engine.clock), request)
        : answerAs(identify, engine, request),
    );
    if (answer.kind === 'events') throw new Error('nobody asked for events');
    const headers = { 'content-type': answer.type };
    return new Response(new Uint8Array(answer.body), { status: answer.status, headers });
  };
}

export function connectedTo(asked: typeof fetch): Cli['connect'] {
  return async ({ context }, { signal }) => {
    if (context.kind !== 'api') throw new Error('expected a context of the API');
    const { status, operate = status } = context;
    return apiOperations({ status, operate, signal, fetch: asked, idToken: async () => undefined });
  };
}

/** Runs one command line, as words or as a shell would split it. */
export async function shootDualstack(
  line: string | readonly string[],
  connecting: Cli['connect'] | undefined,
  options: TerminalOptions = {},
): Promise<Ended> {
  const terminal = terminalWith(options);
  const args = typeof line === 'string' ? line.split(' ').filter(Boolean) : line;
  const code = await run(args, terminal, connecting);
  return { code, ...terminal.written() };
}
