import type { KubeDnsFacts } from './gather.ts';

/** What an operator should know of a switched Service although nothing is to be done for it now. */
export function notesOn(
  { nodeLocalDns }: Pick<KubeDnsFacts, 'nodeLocalDns'>,
  cluster: { readonly ipv4: string; readonly ipv6: string; readonly pinned: string | undefined },
): readonly string[] {
  const { ipv4, ipv6, pinned } = cluster;
  return [
    ...(pinned === undefined || pinned === ipv6 ? [] : [ofAnotherAddress(ipv6, pinned)]),
    ...(nodeLocalDns === undefined ? [] : [ofNodeLocalDns(nodeLocalDns.listensOn, ipv4, ipv6)]),
  ];
}

/** `gardener-core-flow.md` §10, #12170: Gardener goes on applying its own address, and the API server lets none be changed. */
function ofAnotherAddress(ipv6: string, pinned: string): string {
  return `Gardener pins ${pinned}, not ${ipv6}: once it switches kube-dns itself its reconciliation will fail with "spec.clusterIPs[1] ... may not change once set", until ${pinned} is free (kubectl get services -A | grep ${pinned}) and kube-dns was set to ipFamilyPolicy SingleStack, which gives ${ipv6} back`;
}

/**
 * `gardener-core-flow.md` §6.4. It listens at a link-local address, and, where kube-proxy does not hold kube-dns' address
 * itself (IPVS does), at that one too; of the primary family only.
 */
function ofNodeLocalDns(listensOn: readonly string[], ipv4: string, ipv6: string): string {
  const upstream = 'it asks CoreDNS over IPv4 as before (kube-dns-upstream stays single-stack)';
  const uncached = `queries to ${ipv6} go to CoreDNS past its cache`;
  if (listensOn.length === 0) return `node-local-dns is not changed: ${upstream}; ${uncached}`;
  const unchanged = `node-local-dns goes on answering at ${listensOn.join(' and ')} and is not changed: ${upstream}`;
  if (listensOn.includes(ipv4)) return `${unchanged}; ${uncached}`;
  return `${unchanged}; it does not listen at ${ipv4} (kube-proxy in IPVS mode), and with two families Gardener has new pods ask kube-dns itself, so these and ${uncached}`;
}
