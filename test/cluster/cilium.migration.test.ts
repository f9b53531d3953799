import { localShoot } from '../../infra/local/world/shoot-file.ts';
import { describeMigration } from './world/index.ts';

describeMigration('a 12-node shoot with Cilium on a real API server', {
  shoot: localShoot(undefined, 12, 'cilium'),
});
