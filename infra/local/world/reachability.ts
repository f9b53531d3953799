import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { Reachability } from '../../../shared/kubernetes/reachability.ts';

const question = z.array(z.object({ name: z.string(), podCidr: z.string() }));
const answer = z.array(z.string());

/** Whether packets to a pod CIDR arrive at this instance now, as the simulated data plane has it. */
export type Arrives = (podCidr: string, instance: string) => boolean;

/** Lets functions in other processes ask the world's data plane. */
export async function serveReachability(arrives: Arrives): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    try {
      const nodes = question.parse(await json(request));
      const unreached = nodes.filter(({ name, podCidr }) => !arrives(podCidr, name));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(unreached.map(({ name }) => name)));
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the reachability server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The port to a world in another process, which looks at its data plane without setting anything up. */
export function remoteReachability(url: string): Reachability {
  return {
    prepare: async () => undefined,
    remove: async () => undefined,
    unreached: async (nodes) => {
      const body = JSON.stringify(nodes.map(({ name, podCidr }) => ({ name, podCidr })));
      const response = await fetch(url, { method: 'POST', body });
      if (!response.ok)
        throw new Error(`the world's data plane answered ${response.status}: ${await response.text()}`);
      return answer.parse(await response.json());
    },
  };
}
