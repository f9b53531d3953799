import { describeMigration } from './world/index.ts';

describeMigration('a 12-node shoot with Calico on a real API server');
