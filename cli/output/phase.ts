import type { FleetRow, Phase } from '../../shared/view/index.ts';
import type { Paint } from './text.ts';

/** Red is for what needs a human, and for nothing else: a wait is no error. */
const STYLES = {
  blocked: ['red', 'bold'],
  running: ['green'],
  'going back': ['yellow'],
  planning: ['green'],
  waiting: ['cyan'],
  paused: ['yellow'],
  succeeded: ['gray'],
  'led back': ['gray'],
} as const satisfies Record<Phase, readonly Parameters<Paint>[0][]>;

export function phaseText(
  { phase, paused, abortRequested }: Pick<FleetRow, 'phase' | 'paused' | 'abortRequested'>,
  paint: Paint,
): string {
  const painted = STYLES[phase].reduce((text: string, style) => paint(style, text), phase);
  if (phase === 'succeeded' || phase === 'led back' || phase === 'going back') return painted;
  // Asked for, and a run is still on its way to a safe point.
  if (abortRequested) return `${painted}, to go back`;
  return paused && phase !== 'paused' ? `${painted}, to pause` : painted;
}

export function progressText({ progress }: Pick<FleetRow, 'progress'>): string {
  return progress === undefined ? '' : `${progress.done} of ${progress.total} ${progress.unit}`;
}

export function stepText({
  step,
  stepNumber,
  steps,
}: Pick<FleetRow, 'step' | 'stepNumber' | 'steps'>): string {
  return stepNumber === 0 ? step : `${step} (${stepNumber}/${steps})`;
}
