import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';
import { duplexPair, finished } from 'node:stream';
import { stringify } from 'yaml';
import type { Folder } from './folder.ts';

/** Connects to a port of a pod. A rejection says that nothing answers there. */
export type DialPod = (address: string, port: number) => Promise<Duplex>;

/** The way from the API server to pods. */
export interface PodNetwork {
  /** Path of the API server's configuration for it. */
  readonly egressSelector: string;
  stop(): Promise<void>;
}

/**
 * Gives the API server a way to pods that have no network: it asks a socket here for each connection (HTTP CONNECT), as
 * it asks the VPN of a Gardener shoot. Only traffic to the `cluster` takes it; etcd is dialled directly.
 */
export async function startPodNetwork(folder: Folder, dialPod: DialPod): Promise<PodNetwork> {
  const socket = folder.at('pods.sock');
  const server = createServer((_request, response) => response.writeHead(405).end());
  const open = new Set<Duplex>();
  function keep(stream: Duplex): void {
    open.add(stream);
    finished(stream, () => open.delete(stream));
  }
  async function connect(authority: string, client: Duplex): Promise<void> {
    const { hostname, port } = new URL(`tcp://${authority}`);
    const pod = await dialPod(hostname.replace(/^\[|\]$/g, ''), Number(port));
    keep(pod);
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    client.pipe(pod).pipe(client);
    // A pipe passes on the end of a stream, not its failure.
    finished(client, () => pod.destroy());
    finished(pod, { readable: false }, () => client.end());
    pod.on('error', () => client.destroy());
  }
  server.on('connect', (request, client: Duplex, head: Buffer) => {
    keep(client);
    client.on('error', () => undefined);
    if (head.length > 0) client.unshift(head);
    connect(request.url ?? '', client).catch((error: unknown) => {
      const text = String(error);
      client.end(
        `HTTP/1.1 502 Bad Gateway\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
      );
    });
  });
  await once(server.listen(socket), 'listening');
  const configuration = {
    apiVersion: 'apiserver.k8s.io/v1beta1',
    kind: 'EgressSelectorConfiguration',
    egressSelections: [
      {
        name: 'cluster',
        connection: { proxyProtocol: 'HTTPConnect', transport: { uds: { udsName: socket } } },
      },
    ],
  };
  return {
    egressSelector: await folder.write('egress-selector.yaml', stringify(configuration)),
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const stream of open) stream.destroy();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A pod's HTTP server without a socket: answers one connection, for {@link DialPod}. */
export function answeredBy(listener: RequestListener): Duplex {
  const [ours, theirs] = duplexPair();
  const server = createServer(listener);
  server.emit('connection', theirs);
  return ours;
}
