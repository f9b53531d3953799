import { SETTING_NAMES } from '../../../../shared/runtime/settings.ts';
import { needs, READ_BY } from '../code/needs.ts';
import type { ValueMap } from '../configuration/value.ts';
import { differences, type Finding } from '../finding.ts';
import { block, resourcesOf, type Subject, textsIn } from './subject.ts';

const CHECK = 'environment';

/**
 * Each function gets the environment variables that it reads, whatever their values turn out to be, and no others; and each can
 * be chosen by whoever deploys.
 *
 * @param settings names of all that the code reads.
 */
export function compareEnvironment(
  { configuration }: Pick<Subject, 'configuration'>,
  settings: readonly string[] = SETTING_NAMES,
): Finding[] {
  const unassigned = settings
    .filter((setting) => !isAssigned(setting))
    .map((setting) => ({
      check: CHECK,
      subject: setting,
      message:
        'shared/runtime/settings.ts reads it, and nobody says which functions do: name it in infra/gcp/check/code/needs.ts and in environment.tf',
    }));
  const functions = resourcesOf(configuration, 'google_cloudfunctions2_function');
  return [
    ...unassigned,
    ...functions.flatMap(({ attributes }) => {
      const service = block(attributes, 'service_config');
      const given = block(service, 'environment_variables') ?? {};
      return ofFunction(String(attributes.name), given, settings);
    }),
  ];
}

function ofFunction(name: string, given: ValueMap, settings: readonly string[]): Finding[] {
  const compared = differences(
    CHECK,
    { inCode: settings.filter((setting) => isRead(name, setting)), configured: Object.keys(given) },
    {
      missing: (variable) =>
        `${name} reads ${variable} (shared/runtime/settings.ts), which nothing sets: see environment.tf`,
      leftOver: (variable) => `${name} is given ${variable}, which it does not read`,
    },
  );
  const fixed = Object.entries(given)
    .filter(([, value]) => !textsIn(value).some((text) => /\bvar\./.test(text)))
    .map(([variable]) => ({
      check: CHECK,
      subject: variable,
      message: `${variable} is the same in every deployment: give it a variable`,
    }));
  return [...compared, ...fixed].map((finding) => ({ ...finding, subject: `${name} ${finding.subject}` }));
}

function isRead(name: string, setting: string): boolean {
  if (!isAssigned(setting)) return false;
  const need = READ_BY[setting];
  return need !== 'nobody in a deployment' && needs(name, need);
}

/** What is read is TypeScript's word only where TypeScript was asked: this command runs without. */
function isAssigned(name: string): name is keyof typeof READ_BY {
  return Object.hasOwn(READ_BY, name);
}
