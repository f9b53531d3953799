import { isDeepStrictEqual } from 'node:util';
import { readSettings, type Settings } from '../../../../shared/runtime/settings.ts';
import type { Configuration } from '../configuration/resources.ts';
import { isMap, Unknown, type Value } from '../configuration/value.ts';
import type { Finding } from '../finding.ts';
import type { Subject } from './subject.ts';

/** The variable that a setting is set to as it is. */
const PLAIN = /^(?:tostring\()?var\.(\w+)\)?$/;

/**
 * A variable's default is the setting's: who says nothing gets from the configuration what the code would take by itself. A
 * setting without a default, and a variable that is `null` unless set, say nothing.
 */
export async function compareDefaults({ configuration }: Pick<Subject, 'configuration'>): Promise<Finding[]> {
  const groups = await configuration.local('settings');
  const settings = isMap(groups) ? Object.values(groups).flatMap((group) => entriesOf(group)) : [];
  const inCode = settingsWith({});
  return settings.flatMap(([setting, value]) => {
    const variable = value instanceof Unknown ? PLAIN.exec(value.text)?.[1] : undefined;
    const configured = variable === undefined ? undefined : defaultOf(configuration, variable);
    if (variable === undefined || configured === undefined || !isSetting(setting, inCode)) return [];
    if (inCode[setting] === undefined) return [];
    const problem = differenceOf(setting, configured, inCode);
    return problem === undefined
      ? []
      : [{ check: 'defaults', subject: setting, message: `the variable ${variable} ${problem}` }];
  });
}

function differenceOf(setting: keyof Settings, configured: string, inCode: Settings): string | undefined {
  try {
    const same = isDeepStrictEqual(settingsWith({ [setting]: configured })[setting], inCode[setting]);
    return same
      ? undefined
      : `is ${configured} when nothing is said, shared/runtime/settings.ts has another default`;
  } catch (error) {
    return `is ${configured} when nothing is said, which is refused: ${error instanceof Error ? error.message : error}`;
  }
}

function settingsWith(env: Readonly<Record<string, string>>): Settings {
  return readSettings({ GOOGLE_CLOUD_PROJECT: 'any-project', ...env });
}

function defaultOf(configuration: Configuration, variable: string): string | undefined {
  const value: unknown = configuration.variables.get(variable)?.default;
  return value === undefined || value === null ? undefined : String(value);
}

function entriesOf(group: Value): readonly (readonly [string, Value])[] {
  return isMap(group) ? Object.entries(group) : [];
}

function isSetting(name: string, settings: Settings): name is keyof Settings {
  return Object.hasOwn(settings, name);
}
