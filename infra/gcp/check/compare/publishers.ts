import { DEAD_LETTER, TOPICS } from '../../../../shared/bus/topics.ts';
import { publishersOn } from '../code/needs.ts';
import type { Resource } from '../configuration/resources.ts';
import { differences, type Finding } from '../finding.ts';
import { keysOf, resourcesOf, type Subject, textsIn } from './subject.ts';

/** Each function may publish on the topics that it sends messages to, and on no others. */
export function comparePublishers({ configuration }: Subject): Finding[] {
  const bindings = resourcesOf(configuration, 'google_pubsub_topic_iam_binding').filter(
    ({ attributes }) => attributes.role === 'roles/pubsub.publisher',
  );
  const publishers = TOPICS.flatMap((topic) =>
    differences(
      'publishers',
      {
        inCode: publishersOn(topic),
        configured: on(bindings, topic).flatMap(({ attributes }) =>
          keysOf('google_service_account.function', attributes.members),
        ),
      },
      {
        missing: (name) => `${name} sends messages to ${topic} and may not publish there`,
        leftOver: (name) => `${name} may publish on ${topic} and sends no messages there`,
      },
    ),
  );
  return [...publishers, ...deadLetterRights(configuration, bindings)];
}

function on(bindings: readonly Resource[], topic: string): readonly Resource[] {
  return bindings.filter(({ attributes }) =>
    keysOf('google_pubsub_topic.topic', attributes.topic).includes(topic),
  );
}

/** Pub/Sub forwards to the dead letters as its own account, which has to be let. */
function deadLetterRights(configuration: Subject['configuration'], bindings: readonly Resource[]): Finding[] {
  const isAgents = ({ attributes }: Resource) =>
    textsIn(attributes.members).some((text) => text.includes('gcp-sa-pubsub.iam.gserviceaccount.com'));
  const forwarded = TOPICS.filter((topic) => topic !== DEAD_LETTER);
  const acknowledged = resourcesOf(configuration, 'google_pubsub_subscription_iam_binding')
    .filter((binding) => binding.attributes.role === 'roles/pubsub.subscriber' && isAgents(binding))
    .flatMap(({ attributes }) => keysOf('google_pubsub_subscription.push', attributes.subscription));
  return [
    ...(on(bindings, DEAD_LETTER).some(isAgents)
      ? []
      : [
          {
            check: 'publishers',
            subject: DEAD_LETTER,
            message: 'Pub/Sub’s own account may not publish dead letters',
          },
        ]),
    ...differences(
      'publishers',
      { inCode: forwarded, configured: acknowledged },
      {
        missing: (topic) =>
          `Pub/Sub’s own account may not take dead letters from the subscription of ${topic}`,
        leftOver: (topic) => `Pub/Sub’s own account may take messages from the subscription of ${topic}`,
      },
    ),
  ];
}
