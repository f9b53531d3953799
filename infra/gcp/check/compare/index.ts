import { join } from 'node:path';
import { productFunctions } from '../code/functions.ts';
import { readConfiguration } from '../configuration/resources.ts';
import type { Finding } from '../finding.ts';
import { compareDefaults } from './defaults.ts';
import { compareEnvironment } from './environment.ts';
import { compareFirestore } from './firestore.ts';
import { compareFunctions } from './functions.ts';
import { compareInvokers } from './invokers.ts';
import { compareLogLines } from './log-lines.ts';
import { comparePublishers } from './publishers.ts';
import { compareRoles } from './roles.ts';
import type { Subject } from './subject.ts';
import { compareTopics } from './topics.ts';
import { compareVariables } from './variables.ts';

const COMPARISONS: readonly ((subject: Subject) => Finding[] | Promise<Finding[]>)[] = [
  compareFunctions,
  compareTopics,
  ({ configuration }) => compareEnvironment({ configuration }),
  compareDefaults,
  compareInvokers,
  comparePublishers,
  compareRoles,
  compareFirestore,
  compareLogLines,
  compareVariables,
];

/**
 * Every difference between the configuration in `folder` and the code below `root`, in both directions. Changes nothing.
 *
 * @throws UnreadableConfiguration; Error when the code is not in a form in which it can be compared.
 */
export async function compare(root: string, folder: string): Promise<Finding[]> {
  const subject: Subject = {
    root,
    functions: productFunctions(root),
    configuration: await readConfiguration(folder),
    shootProject: await readConfiguration(join(folder, 'shoot-project')),
  };
  const findings = await Promise.all(COMPARISONS.map((comparison) => comparison(subject)));
  return findings.flat();
}
