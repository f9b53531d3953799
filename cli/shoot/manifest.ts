import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Refusal, refusalOf } from '../../shared/migration/admission.ts';
import { InvalidShoot, parseShoot, type Shoot } from '../../shared/migration/shoot.ts';
import { CommandError } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

/** Far more than a Shoot has. */
const MOST_CHARACTERS = 1_000_000;

export const manifestSchema = z.looseObject({
  metadata: z.looseObject({ namespace: z.string(), name: z.string() }),
  spec: z.looseObject({ networking: z.looseObject({ ipFamilies: z.array(z.string()).nullish() }) }),
});
export type Manifest = z.output<typeof manifestSchema>;

/** A Shoot as somebody wrote it or a garden has it, and what it means. */
export interface ReadShoot {
  readonly manifest: Manifest;
  readonly shoot: Shoot;
}

/** A Shoot manifest in YAML or JSON; `-` is standard input. @throws CommandError naming what is missing or wrong */
export async function shootIn(file: string, terminal: Terminal): Promise<ReadShoot> {
  let value: unknown;
  try {
    const text = file === '-' ? await terminal.readInput() : await readFile(file, 'utf8');
    if (text.length > MOST_CHARACTERS) throw new Error(`more than ${MOST_CHARACTERS} characters`);
    // As JSON, for so it travels: an alias within its own anchor has no such form.
    value = JSON.parse(JSON.stringify(parse(text, { logLevel: 'silent' })) ?? 'null');
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new CommandError('usage', `${file} cannot be read as a Shoot manifest: ${why}.`);
  }
  return understoodShoot(file, value);
}

/** @throws CommandError naming each field that is missing or wrong */
export function understoodShoot(where: string, value: unknown): ReadShoot {
  try {
    const shoot = parseShoot(value);
    return { shoot, manifest: manifestSchema.parse(value) };
  } catch (error) {
    if (!(error instanceof InvalidShoot)) throw error;
    throw new CommandError('usage', `${where}: ${error.problems.join('; ')}.`);
  }
}

export function withFamilies(manifest: Manifest, ipFamilies: readonly string[]): Manifest {
  const { spec } = manifest;
  return { ...manifest, spec: { ...spec, networking: { ...spec.networking, ipFamilies: [...ipFamilies] } } };
}

/** What intake would refuse is said before anything is asked for. @throws CommandError */
export function assertAdmissible({ key, ...shoot }: Shoot): void {
  const refusal: Refusal | undefined = refusalOf({ key, ...shoot });
  if (refusal === undefined) return;
  throw new CommandError(
    'blocked',
    `${key} cannot be migrated as it is: ${refusal.message} [${refusal.reason}]. Nothing was asked for.`,
  );
}
