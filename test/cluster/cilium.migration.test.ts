import { localShoot } from '../../infra/local/world/shoot-file.ts';
import { describeMigration } from './world/migration-guarantees.ts';

describeMigration('a 12-node shoot with Cilium on a real API server', {
  world: { shoot: localShoot(undefined, 12, 'cilium') },
  judges: ({ role }) => role === 'shoot-dualstack:cilium-kube-system',
});
