import type { Migration } from '../migration/migration.ts';
import { isHeld, stepRecordOf } from '../migration/migration.ts';
import type { Progress } from '../migration/outcome.ts';
import { beginningOf } from '../secrets.ts';

/**
 * What the functions say about a migration on its Shoot. The owner's own annotations have the same prefix
 * (`migration/node-rollout.ts`) and are not touched; these are the functions', and nothing is read out of them.
 */
export const REFLECTED = {
  /** Id of the migration that the others are about; its history is in the store under that name. */
  migration: 'shoot-dualstack/migration',
  /** `running`, `waiting`, `blocked`, `paused`, `succeeded` or `aborted`. */
  state: 'shoot-dualstack/state',
  /** The present step, while it is active. */
  step: 'shoot-dualstack/step',
  /** What it waits for or is blocked by: `Reason: sentence`, and what a human must do. */
  why: 'shoot-dualstack/why',
  /** `12 of 30 nodes dual-stack`. */
  progress: 'shoot-dualstack/progress',
  /** The constraints in the form of `status.constraints`, as JSON. */
  constraints: 'shoot-dualstack/constraints',
} as const;

/** Annotations of a Shoot by name; null: not there. */
export type Reflected = Readonly<Record<(typeof REFLECTED)[keyof typeof REFLECTED], string | null>>;

/** All annotations of an object may have 256 KiB together. */
const MOST_CHARACTERS = 1_000;

/** What the annotations are to say. Changes with what a reader would call news, not with every run. */
export function wantedAnnotations(migration: Migration): Reflected {
  const { active, constraints, position } = migration;
  return {
    [REFLECTED.migration]: migration.id,
    [REFLECTED.state]: stateOf(migration),
    [REFLECTED.step]: active ? position : null,
    [REFLECTED.why]: whyOf(migration),
    [REFLECTED.progress]: active ? progressOf(migration) : null,
    [REFLECTED.constraints]: active && constraints.length > 0 ? JSON.stringify(constraints) : null,
  };
}

/** The same annotations as they are. */
export function presentAnnotations(annotations: Readonly<Record<string, string>>): Reflected {
  const at = (name: string) => annotations[name] ?? null;
  return {
    [REFLECTED.migration]: at(REFLECTED.migration),
    [REFLECTED.state]: at(REFLECTED.state),
    [REFLECTED.step]: at(REFLECTED.step),
    [REFLECTED.why]: at(REFLECTED.why),
    [REFLECTED.progress]: at(REFLECTED.progress),
    [REFLECTED.constraints]: at(REFLECTED.constraints),
  };
}

/** Between two runs it runs, for all that anybody can tell. */
function stateOf(migration: Migration): string {
  const { status, active } = migration;
  if (active && isHeld(migration)) return 'paused';
  return status.kind === 'ready' ? 'running' : status.kind;
}

function whyOf({ status }: Migration): string | null {
  switch (status.kind) {
    case 'waiting':
      return said(`${status.reason}: ${status.message}`);
    case 'blocked':
      return said(`${status.reason}: ${status.message} ${status.remedy}`);
    case 'running':
      return status.wait === undefined ? null : said(`${status.wait.reason}: ${status.wait.message}`);
    default:
      return null;
  }
}

function progressOf(migration: Migration): string | null {
  const { status, position } = migration;
  const shown: Progress | undefined =
    (status.kind === 'running' || status.kind === 'waiting' ? status.progress : undefined) ??
    stepRecordOf(migration, position).progress;
  return shown === undefined ? null : said(`${shown.done} of ${shown.total} ${shown.unit}`);
}

function said(text: string): string {
  return beginningOf(text, MOST_CHARACTERS);
}
