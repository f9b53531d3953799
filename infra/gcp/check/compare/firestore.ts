import { EXPIRES_AT } from '../../../../shared/store/documents.ts';
import { KEPT_DAYS } from '../../../../shared/store/expiry.ts';
import { collections, fieldsInQueries, queriedFields } from '../code/queries.ts';
import { isList } from '../configuration/value.ts';
import { differences, type Finding } from '../finding.ts';
import { block, resourcesOf, type Subject } from './subject.ts';

/** What is asked for by its value has an index, and nothing else has one; what goes by itself has a TTL policy, and nothing else. */
export async function compareFirestore({ root, configuration }: Subject): Promise<Finding[]> {
  const fields = resourcesOf(configuration, 'google_firestore_field').map(({ attributes }) => ({
    path: `${String(attributes.collection)}.${String(attributes.field)}`,
    collection: String(attributes.collection),
    isWhole: attributes.field === '*',
    isIndexed: isList(block(attributes, 'index_config')?.indexes),
    expires: attributes.ttl_config !== undefined,
  }));
  const queried = await queriedFields();
  const known = new Set(queried.map(({ field }) => field));
  const unknown = [...fieldsInQueries(root)].filter(([field]) => !known.has(field));
  return [
    ...differences(
      'indexes',
      {
        inCode: queried.map(({ collection, field }) => `${collection}.${field}`),
        configured: [
          ...fields.filter(({ isIndexed }) => isIndexed).map(({ path }) => path),
          ...resourcesOf(configuration, 'google_firestore_index').map(({ address }) => address),
        ],
      },
      {
        missing: (path) => `documents are asked for by ${path}, which has no index: the query would fail`,
        leftOver: (path) => `${path} is indexed, and no query asks for it`,
      },
    ),
    ...differences(
      'collections',
      {
        inCode: collections(root),
        configured: fields
          .filter(({ isWhole, isIndexed }) => isWhole && !isIndexed)
          .map(({ collection }) => collection),
      },
      {
        missing: (collection) =>
          `every field of ${collection} would be indexed at every write: name it in local.collections`,
        leftOver: (collection) => `the code keeps nothing in ${collection}`,
      },
    ),
    ...unknown.map(([field, path]) => ({
      check: 'indexes',
      subject: field,
      message: `${path} asks for documents by ${field}, which this check does not know: add the query to infra/gcp/check/code/queries.ts`,
    })),
    ...differences(
      'expiry',
      {
        inCode: Object.keys(KEPT_DAYS).map((collection) => `${collection}.${EXPIRES_AT}`),
        configured: fields.filter(({ expires }) => expires).map(({ path }) => path),
      },
      {
        missing: (path) =>
          `documents say by ${path} when they may go (shared/store/expiry.ts), and no TTL policy looks there: they would stay for ever`,
        leftOver: (path) =>
          `a TTL policy looks at ${path}, but shared/store/expiry.ts lets no such document go by itself`,
      },
    ),
  ];
}
