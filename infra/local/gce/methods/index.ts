import type { Method } from '../core/method.ts';
import { firewallMethods } from './firewalls.ts';
import { instanceMethods } from './instances.ts';
import { locationMethods } from './locations.ts';
import { networkMethods } from './networks.ts';
import { operationMethods } from './operations.ts';
import { routeMethods } from './routes.ts';
import { subnetworkMethods } from './subnetworks.ts';

/** Every method that the simulator knows. */
export const METHODS: readonly Method[] = [
  ...locationMethods,
  ...networkMethods,
  ...subnetworkMethods,
  ...routeMethods,
  ...firewallMethods,
  ...instanceMethods,
  ...operationMethods,
];
