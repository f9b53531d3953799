import { familiesOf, hostOf, isAddress } from './addresses.ts';
import type { Facts } from './facts.ts';
import { whoseIs } from './facts.ts';
import type { Metadata } from './objects/common.ts';
import type { ObjectName, Whose } from './report/schema.ts';

/** A DNS name under which something of the cluster is reached, and the object that says so. */
export interface PublishedName {
  readonly name: string;
  readonly object: ObjectName;
  readonly whose: Whose;
  /** Families of the records that the object itself asks for, where it names them. */
  readonly asks?: ReadonlySet<string>;
}

const ANNOTATIONS = ['dns.gardener.cloud/dnsnames', 'external-dns.alpha.kubernetes.io/hostname'];

/** Names that Services, Ingresses and the objects of DNS controllers publish; in order, each object's own once. */
export function publishedNames(facts: Facts): readonly PublishedName[] {
  const { services = [], ingresses = [], dnsEntries = [], dnsEndpoints = [] } = facts;
  const of = (apiVersion: string, kind: string, { metadata }: { readonly metadata: Metadata }) => ({
    object: {
      apiVersion,
      kind,
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      name: metadata.name,
    },
    whose: whoseIs(metadata, facts),
  });
  return [
    ...services.flatMap((service) =>
      annotatedNames(service.metadata).map((name) => ({ name, ...of('v1', 'Service', service) })),
    ),
    ...ingresses.flatMap((ingress) =>
      [
        ...new Set([
          ...ingress.spec.rules.flatMap(({ host }) => host ?? []),
          ...annotatedNames(ingress.metadata),
        ]),
      ].map((name) => ({ name, ...of('networking.k8s.io/v1', 'Ingress', ingress) })),
    ),
    ...dnsEntries.flatMap((entry) => {
      const addresses = entry.spec.targets.filter(isAddress);
      return [
        {
          name: entry.spec.dnsName,
          ...of('dns.gardener.cloud/v1alpha1', 'DNSEntry', entry),
          // A target that is a name is a CNAME: the records are its own.
          ...(addresses.length > 0 && { asks: familiesOf(addresses) }),
        },
      ];
    }),
    ...dnsEndpoints.flatMap((endpoint) => {
      const names = new Set(endpoint.spec.endpoints.map(({ dnsName }) => dnsName));
      return [...names].flatMap((name) => {
        const types = endpoint.spec.endpoints
          .filter(({ dnsName }) => dnsName === name)
          .map(({ recordType }) => recordType ?? 'A');
        const asks = new Set([
          ...(types.includes('A') ? ['IPv4'] : []),
          ...(types.includes('AAAA') ? ['IPv6'] : []),
        ]);
        const published = { name, ...of('externaldns.k8s.io/v1alpha1', 'DNSEndpoint', endpoint) };
        return asks.size > 0 ? [{ ...published, asks }] : [];
      });
    }),
  ];
}

function annotatedNames({ annotations }: Metadata): readonly string[] {
  return ANNOTATIONS.flatMap((annotation) => (annotations[annotation] ?? '').split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== '*');
}

/** A name of a wildcard that nobody has by another record. */
export function askedName(name: string): string {
  return name.replace(/^\*\./, 'shoot-dualstack-audit.');
}

/** The registry that an image is pulled from; Docker Hub's where none is named. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const host = isHost ? first.replace(/:\d+$/, '') : 'docker.io';
  return host === 'docker.io' ? 'registry-1.docker.io' : host;
}

/** Every name that rules look up. */
export function namesToAsk(facts: Facts): readonly string[] {
  const { pods = [], services = [], apiServer } = facts;
  const images = pods.flatMap(({ spec }) =>
    [...spec.initContainers, ...spec.containers].flatMap(({ image }) => image ?? []),
  );
  const names = [
    ...(apiServer === undefined ? [] : [apiServer]),
    ...publishedNames(facts).map(({ name }) => askedName(name)),
    ...services.flatMap(({ spec }) => (spec.type === 'ExternalName' ? (spec.externalName ?? []) : [])),
    ...webhookHosts(facts),
    ...images.map(registryOf),
  ];
  return [...new Set(names.filter((name) => !isAddress(name) && name.includes('.')))];
}

function webhookHosts({ validatingWebhooks = [], mutatingWebhooks = [] }: Facts): readonly string[] {
  return [...validatingWebhooks, ...mutatingWebhooks].flatMap(({ webhooks }) =>
    webhooks.flatMap(({ clientConfig }) => (clientConfig.url ? (hostOf(clientConfig.url) ?? []) : [])),
  );
}
