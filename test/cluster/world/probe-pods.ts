import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Pod } from '../../../infra/local/cluster/kinds/pod.ts';
import { isReady, podIps } from '../../../infra/local/cluster/kinds/pod.ts';
import type { DataPlane } from '../../../infra/local/gce/index.ts';
import { NAME } from '../../../shared/kubernetes/client/probe/manifests.ts';
import { HERE, PROBE_PORT } from '../../../shared/kubernetes/client/probe/script.ts';
import type { DialPod } from '../control-plane/index.ts';
import { answeredBy } from '../control-plane/index.ts';
import type { ClusterView } from './cluster-view.ts';

/**
 * Plays the servers in the product's probe pods: they answer as the busybox in them would, and reach what the simulated network
 * lets them reach. The API server comes to them over that network too, as through a shoot's VPN.
 */
export function probePods(view: Pick<ClusterView, 'pods' | 'node'>, dataPlane: DataPlane): DialPod {
  function podAt(address: string): Pod | undefined {
    return [...view.pods.values()].find(
      (pod) => pod.spec.hostNetwork !== true && isReady(pod) && podIps(pod).includes(address),
    );
  }

  /** A packet from the pod on `from`, or from outside when left out. */
  function arrives(pod: Pod, from?: string): boolean {
    const { nodeName = '' } = pod.spec;
    const podCidr = view.node(nodeName)?.spec?.podCIDR;
    if (podCidr === undefined) return false;
    return nodeName === from || dataPlane.reaches(nodeName, podCidr).arrives;
  }

  /** The probe pods at those of the addresses which a pod on that node reaches. */
  function reached(addresses: readonly string[], from: string): readonly string[] {
    return addresses.filter((address) => {
      const pod = podAt(address);
      return pod !== undefined && isProbe(pod) && arrives(pod, from);
    });
  }

  async function answerOf(prober: Pod, request: IncomingMessage): Promise<string | undefined> {
    if (request.url === '/here') return `${HERE}\n`;
    if (request.method !== 'POST' || request.url !== '/cgi-bin/reach') return undefined;
    const asked = (await text(request)).split('\n').map((line) => line.trim());
    return reached(asked, prober.spec.nodeName ?? '')
      .map((address) => `${address}\n`)
      .join('');
  }

  return async (address, port) => {
    const pod = podAt(address);
    if (pod === undefined || !isProbe(pod) || port !== PROBE_PORT || !arrives(pod)) {
      throw new Error(`nothing answers at ${address}:${port}`);
    }
    return answeredBy((request, response) => {
      answerOf(pod, request).then(
        (answer) => {
          response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'text/plain' });
          response.end(answer);
        },
        (error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    });
  };
}

function isProbe({ metadata }: Pod): boolean {
  return metadata.labels?.['app.kubernetes.io/name'] === NAME;
}
