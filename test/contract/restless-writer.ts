import { connectFromEnvironment } from '../../infra/local/backends/index.ts';

/** Writes to the document named on the command line until it is killed; says so after the first write. */
const [, , path = ''] = process.argv;
const { documents } = connectFromEnvironment(process.env);
for (let count = 1; ; count += 1) {
  const current = await documents.get(path);
  if (current === undefined) throw new Error(`${path} is missing`);
  await documents.commit([{ kind: 'replace', path, fields: { count }, ifVersion: current.version }]);
  if (count === 1) process.stdout.write('writing\n');
}
