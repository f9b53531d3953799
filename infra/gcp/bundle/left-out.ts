/**
 * Modules of Google's packages that every load of them runs and nothing here uses: the messages of Firestore, Pub/Sub and
 * google-gax's own services as generated code, 7 MB of source. The packages hand them on for users who want to build
 * messages by hand; their own calls are made by descriptors.
 */
export const LEFT_OUT: readonly string[] = [
  '@google-cloud/firestore-api/build/protos/protos.js',
  '@google-cloud/pubsub-api/build/protos/protos.js',
  '@google-cloud/pubsub/build/protos/protos.js',
  'google-gax/build/protos/iam_service.js',
  'google-gax/build/protos/locations.js',
  'google-gax/build/protos/operations.js',
];

/**
 * What stands in for such a module: its names can be named, as the packages do when they are loaded, but whatever is done
 * with one throws an error that says where to look.
 */
export function standIn(module: string): string {
  return `
const named = (name) => new Proxy(function () {}, {
  get(_, part) {
    // What loaders and promises ask of any object: this is none of theirs.
    if (typeof part === 'symbol' || part === 'then' || part === '__esModule') return undefined;
    return named(name + '.' + part);
  },
  apply() { throw leftOut(name); },
  construct() { throw leftOut(name); },
});
const leftOut = (name) => new Error(
  name + ' was used, but ${module} was left out of this bundle: take it out of LEFT_OUT in infra/gcp/bundle/left-out.ts',
);
exports.google = named('google');
`;
}
