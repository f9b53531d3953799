import { inject } from 'vitest';

/** What `emulators.global.ts` hands to the tests: where the emulators are, or why there are none. */
export type EmulatorsForTests =
  | { readonly pubsubHost: string; readonly firestoreHost: string }
  | { readonly reason: string };

declare module 'vitest' {
  interface ProvidedContext {
    emulators: EmulatorsForTests;
  }
}

/** The emulators of this run, in the form that `startOnEmulators` takes; undefined when they are not installed. */
export function runningEmulators():
  | { available: true; kind: 'running'; pubsubHost: string; firestoreHost: string }
  | undefined {
  const emulators = inject('emulators');
  return 'reason' in emulators ? undefined : { available: true, kind: 'running', ...emulators };
}
