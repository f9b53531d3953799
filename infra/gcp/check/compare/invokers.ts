import { CLOCK_DRIVEN } from '../code/needs.ts';
import { differences, type Finding } from '../finding.ts';
import { block, keysOf, resourcesOf, type Subject, textsIn } from './subject.ts';

const PUSH = 'google_service_account.push.member';
const SCHEDULER = 'google_service_account.scheduler.member';

/** Who may invoke which function, and that what the clock drives says who it is. */
export function compareInvokers({ functions, configuration }: Subject): Finding[] {
  const bindings = resourcesOf(configuration, 'google_cloud_run_service_iam_binding');
  const jobs = resourcesOf(configuration, 'google_cloud_scheduler_job');
  return [
    ...everybody(configuration.resources),
    ...functions.flatMap(({ name }) => {
      const wanted = [PUSH, ...(CLOCK_DRIVEN.some((driven) => driven === name) ? [SCHEDULER] : [])];
      const members = bindings
        .filter(({ attributes }) =>
          keysOf('google_cloudfunctions2_function.function', attributes.service).includes(name),
        )
        .flatMap(({ attributes }) => textsIn(attributes.members));
      return differences(
        'invokers',
        { inCode: wanted, configured: members },
        {
          missing: (member) => `${member} may not invoke ${name}: its messages would be answered with 403`,
          leftOver: (member) => `${member} may invoke ${name}, and has no business there`,
        },
      );
    }),
    ...differences(
      'scheduler',
      { inCode: CLOCK_DRIVEN, configured: jobs.map(({ attributes }) => String(attributes.name)) },
      {
        missing: (name) => `nothing sets off ${name}`,
        leftOver: (name) => `${name} is not driven by the clock`,
      },
    ),
    ...jobs.flatMap(({ attributes }) => {
      const name = String(attributes.name);
      const target = block(attributes, 'http_target');
      const called = keysOf('google_cloudfunctions2_function.function', target?.uri).join();
      const token = textsIn(block(target, 'oidc_token')?.service_account_email).join();
      if (called === name && token === 'google_service_account.scheduler.email') return [];
      return [
        {
          check: 'scheduler',
          subject: name,
          message: 'must call the function of its name with a token of sd-scheduler',
        },
      ];
    }),
  ];
}

/** Nothing, whatever it is, may be there for everybody. */
function everybody(resources: Subject['configuration']['resources']): Finding[] {
  return resources.flatMap(({ address, attributes }) => {
    const named = textsIn(attributes).filter((text) => /\ball(Authenticated)?Users\b/.test(text));
    return named.map((text) => ({ check: 'invokers', subject: address, message: `is open to ${text}` }));
  });
}
