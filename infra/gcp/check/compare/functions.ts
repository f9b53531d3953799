import { STREAM_SECONDS } from '../../../../shared/edge/status/events.ts';
import { DEFAULT_LIMITS } from '../../../../shared/engine/engine.ts';
import { MOST_RUN_SECONDS } from '../../../../shared/runtime/settings.ts';
import { ASKED_BY_PEOPLE, runsAStep } from '../code/needs.ts';
import type { Resource } from '../configuration/resources.ts';
import { Unknown, type Value, type ValueMap } from '../configuration/value.ts';
import { differences, type Finding } from '../finding.ts';
import { block, keysOf, resourcesOf, type Subject } from './subject.ts';

const CHECK = 'functions';

/** What a run may still have under way when its time is up (`limitsOf` in settings.ts). */
const LAST_CALL_SECONDS = DEFAULT_LIMITS.runHardSeconds - DEFAULT_LIMITS.runSeconds;

/** Each function is deployed under its name, with its entry point, its own account, and the limits that the code counts on. */
export function compareFunctions({ functions, configuration }: Subject): Finding[] {
  const deployed = resourcesOf(configuration, 'google_cloudfunctions2_function');
  const byName = new Map(deployed.map((resource) => [String(resource.attributes.name), resource]));
  return [
    ...differences(
      CHECK,
      { inCode: functions.map(({ name }) => name), configured: byName.keys() },
      {
        missing: (name) => `functions/${name} is not deployed: give it an entry in local.functions`,
        leftOver: () => 'is deployed, but functions/index.ts names no such function: take its entry away',
      },
    ),
    ...functions.flatMap(({ name, entryPoint }) => {
      const resource = byName.get(name);
      return resource === undefined
        ? []
        : problemsOf(name, entryPoint, resource).map((message) => ({ check: CHECK, subject: name, message }));
    }),
  ];
}

function problemsOf(name: string, entryPoint: string, { key, attributes }: Resource): string[] {
  const build = block(attributes, 'build_config');
  const service = block(attributes, 'service_config');
  const problems: string[] = [];
  const expect = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  expect(
    build?.entry_point === entryPoint,
    `entry_point is ${shown(build?.entry_point)}, the code registers "${entryPoint}"`,
  );
  const node = `nodejs${process.versions.node.split('.')[0]}`;
  expect(build?.runtime === node, `runtime is ${shown(build?.runtime)}, the code is tested with ${node}`);
  expect(
    keysOf('google_storage_bucket_object.source', build).includes(name),
    'is not built from the source of its own name',
  );
  expect(
    keysOf('google_service_account.function', service?.service_account_email).join() === key,
    'does not run under an account of its own',
  );
  const forPeople = ASKED_BY_PEOPLE.includes(name);
  problems.push(...(forPeople ? problemsForPeople(service) : problemsForMessages(service)));
  expect(
    !runsAStep(name) || service?.max_instance_request_concurrency === 1,
    'a step gets one message per instance: when one dies, the deaths of all leases that it held are counted',
  );
  return problems;
}

function problemsForMessages(service: ValueMap | undefined): string[] {
  const longest = MOST_RUN_SECONDS + LAST_CALL_SECONDS;
  const timeout = Number(service?.timeout_seconds);
  return [
    ...(service?.ingress_settings === 'ALLOW_INTERNAL_ONLY'
      ? []
      : ['ingress_settings must be ALLOW_INTERNAL_ONLY']),
    ...(timeout >= longest && timeout < 600
      ? []
      : [
          `timeout_seconds is ${shown(service?.timeout_seconds)}; a run may take ${longest} s, and is delivered again after 600 s`,
        ]),
  ];
}

/** Beside a stream's time, for what is looked at as it begins. */
const FIRST_LOOK_SECONDS = 60;

function problemsForPeople(service: ValueMap | undefined): string[] {
  const longest = STREAM_SECONDS + FIRST_LOOK_SECONDS;
  return [
    ...(mayBeClosed(service?.ingress_settings)
      ? []
      : ['ingress_settings must be ALLOW_INTERNAL_ONLY as long as nobody is named who may call']),
    ...(Number(service?.timeout_seconds) >= longest
      ? []
      : [`timeout_seconds is ${shown(service?.timeout_seconds)}; a stream of events takes ${longest} s`]),
    ...(Number(service?.max_instance_request_concurrency) > 1
      ? []
      : ['every stream of events would have an instance of its own']),
  ];
}

/** Whom it is opened for is the variables' to say; when they do, the plans of infra/gcp/tests look at. */
function mayBeClosed(ingress: Value | undefined): boolean {
  return ingress instanceof Unknown && ingress.text.includes('"ALLOW_INTERNAL_ONLY"');
}

function shown(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}
