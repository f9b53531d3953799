import { randomInt } from 'node:crypto';
import type { V1Service, V1ServiceSpec } from '@kubernetes/client-node';
import { CoreV1Api, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { refusedWith } from './refusal.ts';
import type { Scene } from './under-test.ts';

/** The ranges that every server under this contract is configured with. */
export const IPV4_RANGE = '100.64.0.0/13';
export const IPV6_RANGE = '2001:db8:64::/112';

export const V4 = /^100\.(6[4-9]|7[01])\./;
export const V6 = /^2001:db8:64:/;

/** Services of a test: what it creates carries a port and a selector, so that only the addresses matter. */
export function servicesOf(scene: Scene) {
  const core = scene.config.makeApiClient(CoreV1Api);
  const { namespace } = scene;
  const body = (name: string, spec: V1ServiceSpec): V1Service => ({
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port: 53, name: 'dns', protocol: 'UDP' }], ...spec },
  });
  const patch = (name: string, spec: object, query: { dryRun?: string } = {}) =>
    core.patchNamespacedService(
      { namespace, name, body: { spec }, ...query },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
  return {
    core,
    body,
    create: (name: string, spec: V1ServiceSpec = {}, query: { dryRun?: string } = {}) =>
      core.createNamespacedService({ namespace, body: body(name, spec), ...query }),
    read: (name: string) => core.readNamespacedService({ namespace, name }),
    replace: (name: string, service: V1Service) =>
      core.replaceNamespacedService({ namespace, name, body: service }),
    patch,
    refusedPatch: (name: string, spec: object) => refusedWith(patch(name, spec)),
    remove: (name: string) => core.deleteNamespacedService({ namespace, name }),
  };
}

/** An address in the upper part of the range, where nothing is taken by chance: the lower 256 are for pinned ones. */
export function someIpv4(): string {
  return `100.71.${randomInt(1, 255)}.${randomInt(1, 255)}`;
}

export function someIpv6(): string {
  return `2001:db8:64::${randomInt(0x1000, 0xfffe).toString(16)}`;
}
