import type { Mutant } from '../mutant.ts';

/** Defects in what is stored about routes, and in what their deletion depends on. */
export const RECORD_MUTANTS = {
  'delete-before-record': {
    about: 'Under cutover the routes are deleted first and recorded afterwards.',
    edits: [
      {
        file: 'shared/steps/migrate-routes/strategies.ts',
        find: `    awaitAcknowledgement,
    recordRoutes,`,
        replace: '    awaitAcknowledgement,',
      },
      {
        file: 'shared/steps/migrate-routes/acts/gap.ts',
        find: `  if (unrecorded.length > 0) await recordRoutes(unrecorded, run);
  await forgetProof(run);
  await deleteAll(routes, run);`,
        replace: `  await forgetProof(run);
  await deleteAll(routes, run);
  if (unrecorded.length > 0) await recordRoutes(unrecorded, run);`,
      },
    ],
  },
  'record-incomplete': {
    about:
      'What is recorded of a route does not suffice to create it again: its priority is not the route’s.',
    edits: [
      {
        file: 'shared/steps/migrate-routes/acts/records.ts',
        find: 'priority: route.priority,',
        replace: 'priority: 0,',
      },
    ],
  },
  'clear-all-records-at-once': {
    about: 'When one route is deleted, the records of all of them say so.',
    edits: [
      {
        file: 'shared/steps/migrate-routes/acts/deletions.ts',
        find: 'done.map(({ route }) => route.name),',
        replace: '[...(await run.podRoutes()).keys()],',
      },
    ],
  },
  'delete-all-at-once': {
    about: 'All routes go at once, without a first one alone and without a look at the nodes.',
    edits: [
      {
        file: 'shared/steps/migrate-routes/strategies.ts',
        find: `    deleteFirstRoute,
    checkFirstNode,
    // A crash`,
        replace: '    // A crash',
      },
      {
        file: 'shared/steps/migrate-routes/phases/deletions.ts',
        find: 'Math.max(1, facts.plan.nodesAtOnce - 1)',
        replace: '1_000',
      },
    ],
  },
} as const satisfies Readonly<Record<string, Mutant>>;
