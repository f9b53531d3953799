import { subscriptionName } from '../../../local/backends/topology.ts';
import { TOPOLOGY } from '../../../local/world/topology.ts';
import type { Resource } from '../configuration/resources.ts';
import { inText, type ValueMap } from '../configuration/value.ts';
import { differences, type Finding } from '../finding.ts';
import { block, keysOf, resourcesOf, type Subject } from './subject.ts';

/** Topics and their push subscriptions are those of the local world: same names, deadlines, back-off and dead letters. */
export function compareTopics({ configuration }: Subject): Finding[] {
  const topics = resourcesOf(configuration, 'google_pubsub_topic');
  const subscriptions = resourcesOf(configuration, 'google_pubsub_subscription');
  const byName = new Map(subscriptions.map((resource) => [String(resource.attributes.name), resource]));
  const wanted = TOPOLOGY.map(({ topic }) => topic);
  return [
    ...differences(
      'topics',
      { inCode: wanted, configured: topics.map(({ attributes }) => String(attributes.name)) },
      {
        missing: () => 'the code publishes on it or listens to it (shared/bus/topics.ts): add it',
        leftOver: () => 'shared/bus/topics.ts does not name it: take it away',
      },
    ),
    ...differences(
      'subscriptions',
      { inCode: wanted.map((topic) => subscriptionName(topic)), configured: byName.keys() },
      {
        missing: () => 'a topic without its push subscription leads nowhere: add it',
        leftOver: () => 'belongs to no topic of the code: take it away',
      },
    ),
    ...wanted.flatMap((topic) => {
      const name = subscriptionName(topic);
      const resource = byName.get(name);
      if (resource === undefined) return [];
      return differs(expected(topic), found(resource)).map((message) => ({
        check: 'subscriptions',
        subject: name,
        message,
      }));
    }),
  ];
}

type Setup = Readonly<Record<string, string>>;

function expected(topic: string): Setup {
  const push = TOPOLOGY.find((setup) => setup.topic === topic)?.push;
  if (push === undefined) throw new Error(`the topology has no push for ${topic}`);
  return {
    topic,
    'push to the function': topic,
    'audience of the token': topic,
    'account of the token': 'google_service_account.push.email',
    ack_deadline_seconds: String(push.ackDeadlineSeconds),
    minimum_backoff: `${push.minimumBackoffSeconds}s`,
    maximum_backoff: `${push.maximumBackoffSeconds}s`,
    'dead letters to': push.deadLetterTopic ?? 'none',
    max_delivery_attempts: push.deadLetterTopic === undefined ? 'none' : String(push.maxDeliveryAttempts),
    expiration: 'never',
  };
}

function found({ attributes }: Resource): Setup {
  const push = block(attributes, 'push_config');
  const token = block(push, 'oidc_token');
  const retry = block(attributes, 'retry_policy');
  const dead = block(attributes, 'dead_letter_policy');
  const ttl = block(attributes, 'expiration_policy')?.ttl;
  const ofFunction = 'google_cloudfunctions2_function.function';
  return {
    topic: keysOf('google_pubsub_topic.topic', attributes.topic).join(),
    'push to the function': keysOf(ofFunction, push?.push_endpoint).join() || 'none',
    'audience of the token': keysOf(ofFunction, token?.audience).join() || 'none',
    'account of the token': text(token, 'service_account_email'),
    ack_deadline_seconds: text(attributes, 'ack_deadline_seconds'),
    minimum_backoff: text(retry, 'minimum_backoff'),
    maximum_backoff: text(retry, 'maximum_backoff'),
    'dead letters to': keysOf('google_pubsub_topic.topic', dead?.dead_letter_topic).join() || 'none',
    max_delivery_attempts: text(dead, 'max_delivery_attempts'),
    // Not saying is 31 days.
    expiration: ttl === '' ? 'never' : 'after some time',
  };
}

function text(of: ValueMap | undefined, name: string): string {
  const value = of?.[name];
  return value === undefined ? 'none' : inText(value).replace(/^\$\{(.*)\}$/, '$1');
}

function differs(wanted: Setup, present: Setup): string[] {
  return Object.entries(wanted).flatMap(([name, value]) =>
    present[name] === value ? [] : [`${name}: ${present[name]}, expected ${value}`],
  );
}
