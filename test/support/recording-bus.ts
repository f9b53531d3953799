import type { Bus } from '../../shared/bus/bus.ts';
import { encodeMessage } from '../../shared/bus/encoding.ts';
import { type Nudge, nudgeSchema } from '../../shared/engine/nudge.ts';

export interface Published {
  readonly topic: string;
  readonly nudge: Nudge;
}

export interface RecordingBus extends Bus {
  /** All that it has taken so far, oldest first. */
  readonly published: readonly Published[];
}

/** A bus that keeps what it takes, read as the functions read it, and hands it to `deliver`, if there is one. */
export function recordingBus(deliver?: (message: Published) => void): RecordingBus {
  const published: Published[] = [];
  return {
    published,
    async publish(topic, message) {
      const body: unknown = JSON.parse(encodeMessage(topic, message).toString('utf8'));
      const taken = { topic, nudge: nudgeSchema.parse(body) };
      published.push(taken);
      deliver?.(taken);
    },
  };
}
