import { AsyncLocalStorage } from 'node:async_hooks';
import type { GoogleAuth } from 'google-auth-library';
import { authentication } from './error-answers.ts';
import type { Transport } from './transport.ts';
import { fetchOver } from './transport.ts';

/** How requests get to a server. */
export interface Connection {
  /** Of the server, e.g. `https://compute.googleapis.com`. */
  readonly origin: string;
  /** Sends requests with the credentials that they need. */
  readonly auth: GoogleAuth;
  /** The same for Google's clients. */
  readonly clientOptions: ClientOptions;
}

/** As far as the clients' own type for it, which takes no property that is present and undefined. */
type ClientOptions = {
  auth: GoogleAuth;
  apiEndpoint?: string;
  protocol?: string;
  port?: number;
};

const GOOGLE = 'https://compute.googleapis.com';

/** To Google itself with the default credentials. */
export async function connectionToGoogle(): Promise<Connection> {
  const auth = await authentication({ scopes: ['https://www.googleapis.com/auth/compute'] });
  return { origin: GOOGLE, auth, clientOptions: { auth } };
}

/** To another server, which asks for no credentials. */
export async function connectionTo(endpoint: string): Promise<Connection> {
  const { PassThroughClient } = await import('google-auth-library');
  const { origin, protocol, hostname, port } = new URL(endpoint);
  const scheme = protocol.slice(0, -1);
  const auth = await authentication({ authClient: new PassThroughClient() });
  const clientOptions = {
    apiEndpoint: hostname,
    protocol: scheme,
    port: Number(port) || (scheme === 'http' ? 80 : 443),
    auth,
  };
  return { origin, auth, clientOptions };
}

/** Which transport the present call of a client is for; follows it through the client's own promises. */
const transportOfCall = new AsyncLocalStorage<Transport>();

/** Over whatever transport a call is made {@link over}. */
export async function connectionOverTransports(): Promise<Connection> {
  const { PassThroughClient } = await import('google-auth-library');
  const ofCall: Transport = (request) => {
    const transport = transportOfCall.getStore();
    if (transport === undefined) throw new Error(`${request.url}: a call over no transport`);
    return transport(request);
  };
  const authClient = new PassThroughClient({
    transporterOptions: { fetchImplementation: fetchOver(ofCall) },
  });
  const auth = await authentication({ authClient });
  return { origin: GOOGLE, auth, clientOptions: { auth } };
}

/** Makes a call whose requests go over the transport. */
export function over<Answer>(transport: Transport, call: () => Promise<Answer>): Promise<Answer> {
  return transportOfCall.run(transport, call);
}
