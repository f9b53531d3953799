import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { ControlPlane } from '../control-plane/index.ts';

/**
 * What stands before every API server of a shoot: it hands on connections (TLS ends at the server), and none while the server
 * is not ready. A server that is just starting answers 403 to whom it will allow everything a second later.
 */
export interface LoadBalancer {
  /** The same access, through the load balancer. */
  through(kubeconfig: string): string;
  /** As the control plane's; clients see their connections end, and new ones refused until the server is ready again. */
  setServiceClusterIpRanges: ControlPlane['setServiceClusterIpRanges'];
  stop(): Promise<void>;
}

export async function startLoadBalancer(controlPlane: ControlPlane): Promise<LoadBalancer> {
  const [, address = ''] = /https:\/\/(127\.0\.0\.1:\d+)/.exec(controlPlane.kubeconfig) ?? [];
  const behind = Number(address.split(':')[1]);
  const open = new Set<Socket>();
  let ready = true;

  function keep(socket: Socket): Socket {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    return socket;
  }

  const server = createServer((client) => {
    keep(client);
    if (!ready) {
      client.on('error', () => undefined);
      client.resetAndDestroy();
      return;
    }
    const upstream = keep(connect(behind, '127.0.0.1'));
    client.pipe(upstream).pipe(client);
    // One end's failure or close is the other's.
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const own = server.address();
  const port = typeof own === 'object' && own !== null ? own.port : 0;

  function disconnect(): void {
    for (const socket of open) socket.destroy();
  }

  return {
    through: (kubeconfig) => kubeconfig.replaceAll(address, `127.0.0.1:${port}`),
    setServiceClusterIpRanges: async (ranges) => {
      ready = false;
      disconnect();
      await controlPlane.setServiceClusterIpRanges(ranges);
      ready = true;
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      disconnect();
      await closed;
    },
  };
}
