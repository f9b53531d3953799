import type { PolicyPort } from '../objects/network-policies.ts';

/** Ports of a rule as the API means them: none at all means every port of every protocol. */
export type Ports = readonly PolicyPort[] | null | undefined;

/** Whether everything that the inner ports let through goes through the outer ones too. */
export function covers(outer: Ports, inner: Ports): boolean {
  if (isEvery(outer)) return true;
  if (isEvery(inner)) return false;
  return inner.every((port) => outer.some((other) => includes(other, port)));
}

/** Whether some port goes through both. */
export function meet(a: Ports, b: Ports): boolean {
  if (isEvery(a) || isEvery(b)) return true;
  return a.some((one) => b.some((other) => includes(one, other) || includes(other, one)));
}

function isEvery(ports: Ports): ports is null | undefined {
  return ports === null || ports === undefined || ports.length === 0;
}

/** A named port is the same only by its name: which number it has depends on the pod. */
function includes(outer: PolicyPort, inner: PolicyPort): boolean {
  if ((outer.protocol ?? 'TCP') !== (inner.protocol ?? 'TCP')) return false;
  const [from, to] = spanOf(outer);
  if (from === undefined) return true;
  const [first, last] = spanOf(inner);
  if (typeof from === 'number' && typeof first === 'number') return from <= first && last <= to;
  return from === first;
}

function spanOf({ port, endPort }: PolicyPort): [number | string | undefined, number] {
  if (port === null || port === undefined) return [undefined, 0];
  if (typeof port === 'string') return [port, 0];
  return [port, endPort ?? port];
}

/** `TCP 443, UDP 8000-8010`, or `every port`. */
export function portsInWords(ports: Ports): string {
  if (isEvery(ports)) return 'every port';
  return ports
    .map(({ protocol, port, endPort }) => {
      const numbers =
        port === null || port === undefined ? 'every port' : `${port}${endPort ? `-${endPort}` : ''}`;
      return `${protocol ?? 'TCP'} ${numbers}`;
    })
    .join(', ');
}
