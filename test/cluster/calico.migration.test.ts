import { describeMigration } from './world/migration-guarantees.ts';

describeMigration('a 12-node shoot with Calico on a real API server', {
  // Where the IPv6 pool is there already, it is patched: drain.migration.test.ts.
  judges: ({ resource, verb }) => !(resource === 'ippools' && verb === 'patch'),
});
