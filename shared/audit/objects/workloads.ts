import { z } from 'zod';
import { familyOfAddress } from '../../migration/cidr.ts';
import { listOf, metadataSchema } from './common.ts';

const addressSchema = z.object({ type: z.string(), address: z.string() });

export const nodeSchema = z.object({
  metadata: metadataSchema,
  spec: z
    .object({
      podCIDRs: listOf(z.string()),
      podCIDR: z.string().nullish(),
      providerID: z.string().nullish(),
    })
    .prefault({}),
  status: z.object({ addresses: listOf(addressSchema) }).prefault({}),
});
export type Node = z.output<typeof nodeSchema>;

/** Of what a container is told, only addresses of one family matter; the rest may be secret and is not kept. */
const ANY_IPV4 = /(^|[=/@,\s])0\.0\.0\.0(?![\d.]|\/\d)/;
/** The host of a URL, with a port, a path and whom it is called as left out; a number alone may be a version or anything else. */
const URL_BY_NUMBER = /\b[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@]*@)?(\d{1,3}(?:\.\d{1,3}){3})(?![\w.-])/gi;
/** Of this host alone, or of its own link: nothing that IPv6 would have to reach. */
const NOT_CALLED = /^(0\.|127\.|169\.254\.)/;
const SYSCTL = /disable_ipv6|ipv6[./]conf[./][\w*.-]+[./]forwarding/;

const containerSchema = z
  .object({
    name: z.string(),
    image: z.string().nullish(),
    command: listOf(z.string()),
    args: listOf(z.string()),
    env: listOf(z.object({ name: z.string(), value: z.string().nullish() })),
    ports: listOf(
      z.object({
        name: z.string().nullish(),
        containerPort: z.number(),
        protocol: z.string().nullish(),
      }),
    ),
  })
  .transform(({ name, image, command, args, env, ports }) => {
    const words = [...command, ...args];
    const said = [...words, ...env.flatMap(({ value }) => value ?? [])];
    return {
      name,
      image: image ?? undefined,
      ports,
      words: words.filter((word) => ANY_IPV4.test(word) || SYSCTL.test(word) || isLocalIp(word, words)),
      anyIpv4: said.filter((word) => ANY_IPV4.test(word)),
      ipv4Urls: said.flatMap(ipv4UrlsIn),
    };
  });

function ipv4UrlsIn(word: string): readonly string[] {
  const hosts = [...word.matchAll(URL_BY_NUMBER)].map(([, host = '']) => host);
  return hosts.filter((host) => familyOfAddress(host) === 'IPv4' && !NOT_CALLED.test(host));
}

/** node-local-dns is told where to listen by `-localip A,B`, in one word or in two. */
function isLocalIp(word: string, words: readonly string[]): boolean {
  const before = words[words.indexOf(word) - 1] ?? '';
  return /^--?localip(=|$)/.test(word) || /^--?localip$/.test(before);
}

export const podSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({
    nodeName: z.string().nullish(),
    hostNetwork: z.boolean().nullish(),
    containers: listOf(containerSchema),
    initContainers: listOf(containerSchema),
    securityContext: z
      .object({ sysctls: listOf(z.object({ name: z.string(), value: z.string() })) })
      .nullish(),
  }),
  status: z
    .object({
      phase: z.string().nullish(),
      podIPs: listOf(z.object({ ip: z.string() })),
      podIP: z.string().nullish(),
    })
    .prefault({}),
});
export type Pod = z.output<typeof podSchema>;
export type Container = z.output<typeof containerSchema>;
