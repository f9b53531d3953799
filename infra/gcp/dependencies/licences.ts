import { fileURLToPath } from 'node:url';
import { productionPackages, withoutKnownLicence } from './production-packages.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** `npm run licences`: each package that functions run with, its version and its licence; 1 if one is not known to be permissive. */
const packages = productionPackages(root);
for (const { name, version, licence = 'states none' } of packages) say(`${name} ${version} ${licence}`);
const unknown = withoutKnownLicence(packages);
say(
  `${packages.length} packages, ${unknown.length} of them without a licence that is known to be permissive`,
);
for (const { name, version, licence = 'states no licence' } of unknown) {
  say(
    `error: ${name} ${version}: ${licence}: find out what it asks for, and add it to PERMISSIVE in infra/gcp/bundle/licences.ts or do without the package`,
  );
}
process.exitCode = unknown.length > 0 ? 1 : 0;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
