import type { IpFamily } from '../../shared/migration/cidr.ts';
import type { MaintenanceWindow } from '../../shared/migration/maintenance-window.ts';
import { parseShoot, type Shoot } from '../../shared/migration/shoot.ts';
import { manifest } from './shoot-manifest.ts';

/** `garden-core/api`, always in its maintenance window unless it is given one. */
export function toyShoot(families: readonly IpFamily[], maintenanceWindow?: MaintenanceWindow): Shoot {
  return { ...parseShoot(manifest(families)), maintenanceWindow };
}
