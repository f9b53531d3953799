import { parseShoot } from '../../../shared/migration/shoot.ts';
import { type LocalShoot, localShoot, type ShootJson } from '../world/shoot-file.ts';

/** Room for 32,768 nodes: `rollover` needs as many free blocks as there are nodes, also with 5,000 of them. */
const PODS = '10.0.0.0/9';

/** The example shoot with a wider range for pods; the same for every case. */
export function benchShoot(nodes: number): LocalShoot {
  const { before, after } = localShoot(undefined, nodes);
  const wide = withPods(after);
  return { before: withPods(before), after: wide, shoot: parseShoot(wide) };
}

function withPods(shoot: ShootJson): ShootJson {
  return { ...shoot, spec: { ...shoot.spec, networking: { ...shoot.spec.networking, pods: PODS } } };
}
