import { pino } from 'pino';
import type { Subnet } from '../../shared/compute/compute.ts';
import { parseCidr } from '../../shared/migration/cidr.ts';
import { type Migration, migrationSchema, type Target } from '../../shared/migration/migration.ts';
import { FORWARD_STEPS } from '../../shared/migration/steps.ts';

export const NOW = Date.UTC(2026, 0, 1);
export const silent = pino({ level: 'silent' });

/** A cluster whose technical ID is longer than the 26 characters that go into the names of its routes. */
export const TARGET: Target = {
  project: 'example-project',
  region: 'europe-west1',
  network: 'corporate',
  technicalId: 'shoot--core--production-api',
  nodes: parseCidr('10.250.0.0/16'),
  pods: parseCidr('100.96.0.0/16'),
  services: parseCidr('100.64.0.0/13'),
  networkType: 'calico',
};

export const NODES_PREFIX = '2600:1900:4000:1::/64';
export const SERVICES_PREFIX = '2600:1900:4000:2::/64';

/** A subnet as it is before anybody touched it. */
export function subnet(name: string, changes: Partial<Subnet> = {}): Subnet {
  return {
    name: `${TARGET.technicalId}-${name}`,
    network: TARGET.network,
    range: TARGET.nodes,
    secondaryRanges: [],
    stackType: 'IPV4_ONLY',
    ipv6Range: undefined,
    routesOverlapAllowed: false,
    ...changes,
  };
}

export function servicesSubnet(changes: Partial<Subnet> = {}): Subnet {
  return subnet('services', {
    range: TARGET.services,
    stackType: 'IPV4_IPV6',
    ipv6Range: SERVICES_PREFIX,
    ...changes,
  });
}

/** A migration at its start, with these marks. */
export function migrationWith(marks: Readonly<Record<string, string>> = {}): Migration {
  const at = new Date(NOW).toISOString();
  return migrationSchema.parse({
    id: 'm-1',
    shoot: { key: 'garden-core/api', namespace: 'garden-core', name: 'api', uid: 'u-1' },
    target: TARGET,
    plan: { strategy: 'overlap', steps: [...FORWARD_STEPS], findings: [], nodesAtOnce: 26 },
    active: true,
    position: FORWARD_STEPS[0],
    status: { kind: 'ready', since: at },
    paused: false,
    constraints: [],
    steps: [],
    fence: 0,
    outbox: [],
    marks,
    historyLength: 0,
    writeId: '',
    createdAt: at,
    updatedAt: at,
  });
}

/** A port of which only these methods are expected to be called; every other one fails the test. */
export function portWith<Port extends object>(given: Partial<Port>): Port {
  return new Proxy<Port>(Object.assign(Object.create(null), given), {
    get: (port, name) =>
      name in port
        ? Reflect.get(port, name)
        : async () => {
            throw new Error(`the step has no business with ${String(name)}`);
          },
  });
}
