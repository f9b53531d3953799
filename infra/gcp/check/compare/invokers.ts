import { ASKED_BY_PEOPLE, CLOCK_DRIVEN } from '../code/needs.ts';
import { differences, type Finding } from '../finding.ts';
import { block, keysOf, resourcesOf, type Subject, textsIn } from './subject.ts';

const PUSH = 'google_service_account.push.member';
const SCHEDULER = 'google_service_account.scheduler.member';
/** Identity-Aware Proxy's own account, which calls for those whom it lets in. */
const PROXY = /@gcp-sa-iap\.iam\.gserviceaccount\.com/;

/** Who may invoke which function, and that what the clock drives says who it is. */
export function compareInvokers({ functions, configuration }: Subject): Finding[] {
  const bindings = resourcesOf(configuration, 'google_cloud_run_service_iam_binding');
  const jobs = resourcesOf(configuration, 'google_cloud_scheduler_job');
  return [
    ...everybody(configuration.resources),
    ...functions.flatMap(({ name }) => {
      const members = bindings
        .filter(({ attributes }) =>
          keysOf('google_cloudfunctions2_function.function', attributes.service).includes(name),
        )
        .flatMap(({ attributes }) => textsIn(attributes.members));
      if (ASKED_BY_PEOPLE.includes(name)) return askedBy(name, members);
      const wanted = [PUSH, ...(CLOCK_DRIVEN.some((driven) => driven === name) ? [SCHEDULER] : [])];
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

/** Whom people ask is asked by those of its own variable, which is empty unless somebody says otherwise, and by the proxy. */
function askedBy(name: string, members: readonly string[]): Finding[] {
  const variable = `var.${name}_invokers`;
  const strangers = members.filter((member) => !member.includes(variable) && !PROXY.test(member));
  const named = members.some((member) => member.includes(variable));
  return [
    ...strangers.map((member) => ({
      check: 'invokers',
      subject: member,
      message: `${member} may invoke ${name}, which is for those of ${variable}`,
    })),
    ...(named
      ? []
      : [{ check: 'invokers', subject: name, message: `those of ${variable} may not invoke ${name}` }]),
  ];
}

/** Nothing, whatever it is, may be there for everybody. */
function everybody(resources: Subject['configuration']['resources']): Finding[] {
  return resources.flatMap(({ address, attributes }) => {
    const named = textsIn(attributes).filter((text) => /\ball(Authenticated)?Users\b/.test(text));
    return named.map((text) => ({ check: 'invokers', subject: address, message: `is open to ${text}` }));
  });
}
