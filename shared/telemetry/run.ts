import type { Clock } from '../clock.ts';
import { describeError } from '../engine/errors.ts';
import type { Ports } from '../engine/ports.ts';
import type { NudgeResult } from '../engine/run-step.ts';
import type { Nudged, RunTelemetry } from '../engine/telemetry.ts';
import type { Migration } from '../migration/migration.ts';
import type { NodesByCarrier } from '../migration/nodes-by-carrier.ts';
import { rootSpanIdOf, runSpanIdOf, traceIdOf } from '../migration/trace.ts';
import { beginningOf } from '../secrets.ts';
import { Probes } from './probes.ts';
import type { FinishedSpan, Part } from './span.ts';
import type { Sender } from './w3c.ts';

/** A run has at most thousands of rounds; the first ones are as good as any, and what a viewer can show. */
const MOST_PARTS = 200;
const MOST_CHARACTERS = 500;

/** How the work of a nudge ended. */
export type NudgeEnding = NudgeResult | { readonly kind: 'failed'; readonly error: unknown };

/** What one nudge came to: its run, or why there was none. */
interface Ended {
  readonly outcome: string;
  readonly reason: string | undefined;
  readonly seconds: number;
  readonly span: FinishedSpan;
  /** Of the whole migration, which this run has ended. */
  readonly rootSpan: FinishedSpan | undefined;
}

/** One nudge, as it is watched. */
export class WatchedRun implements RunTelemetry {
  readonly probes: Probes;
  readonly nodes: (count: () => NodesByCarrier) => void;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #nudged: Nudged;
  readonly #sender: Sender | undefined;
  readonly #startedAt: number;
  readonly #onClaimed: (spanId: string) => void;
  readonly #parts: Part[] = [];
  #partsLeftOut = 0;
  #fence: number | undefined;
  #migration: Migration | undefined;

  constructor(options: {
    readonly clock: Pick<Clock, 'now'>;
    readonly nudged: Nudged;
    readonly sender: Sender | undefined;
    readonly onClaimed: (spanId: string) => void;
    readonly onNodes: (count: () => NodesByCarrier) => void;
  }) {
    this.#clock = options.clock;
    this.#nudged = options.nudged;
    this.#sender = options.sender;
    this.#onClaimed = options.onClaimed;
    this.#startedAt = options.clock.now();
    this.probes = new Probes(options.clock);
    this.nodes = options.onNodes;
  }

  /** Whether it held the migration; else it was turned away. */
  get held(): boolean {
    return this.#fence !== undefined;
  }

  claimed({ id, fence }: Migration): void {
    this.#fence = fence;
    this.#onClaimed(runSpanIdOf(id, fence));
  }

  ports(ports: Ports): Ports {
    // Through the prototype: a port that the run never asks for is never touched.
    const { probes } = this;
    return Object.create(ports, { reachability: { get: () => probes.over(ports.reachability) } });
  }

  part(kind: Part['kind'], startedAt: number, what: string): void {
    if (this.#parts.length >= MOST_PARTS) this.#partsLeftOut += 1;
    else this.#parts.push({ kind, what: said(what), startedAt, endedAt: this.#clock.now() });
  }

  concluded(migration: Migration): void {
    this.#migration = migration;
  }

  ended(result: NudgeEnding): Ended {
    const { migration, step, cause } = this.#nudged;
    const endedAt = this.#clock.now();
    const outcome = outcomeOf(result);
    const reason = this.#reasonOf(result, outcome);
    const looks = this.probes.sofar();
    const error = result.kind === 'failed' ? said(describeError(result.error)) : undefined;
    const span: FinishedSpan = {
      traceId: traceIdOf(migration.id),
      spanId: this.#fence === undefined ? undefined : runSpanIdOf(migration.id, this.#fence),
      parent: this.#sender ?? { spanId: rootSpanIdOf(migration.id), tracestate: undefined },
      name: step,
      kind: 'consumer',
      startedAt: this.#startedAt,
      endedAt,
      attributes: {
        ...aboutMigration(migration),
        'shoot_dualstack.step': step,
        'shoot_dualstack.cause': cause,
        'shoot_dualstack.outcome': outcome,
        ...(this.#fence !== undefined && { 'shoot_dualstack.run': this.#fence }),
        ...(reason !== undefined && { 'shoot_dualstack.reason': reason }),
        ...(this.#partsLeftOut > 0 && { 'shoot_dualstack.parts_left_out': this.#partsLeftOut }),
        ...(looks.looks > 0 && { 'shoot_dualstack.lost_node_seconds': looks.lostNodeSeconds }),
      },
      // The token goes up by one with each run: the former one needs not be remembered to be named.
      ...(this.#fence !== undefined &&
        this.#fence > 1 && { after: runSpanIdOf(migration.id, this.#fence - 1) }),
      ...(error !== undefined && { error }),
      parts: this.#parts,
    };
    return { outcome, reason, seconds: (endedAt - this.#startedAt) / 1_000, span, rootSpan: this.#root() };
  }

  #reasonOf(result: { readonly kind: string; readonly reason?: unknown }, outcome: string) {
    if (typeof result.reason === 'string') return result.reason;
    const status = this.#migration?.status;
    return status?.kind === outcome && 'reason' in status ? status.reason : undefined;
  }

  #root(): FinishedSpan | undefined {
    const ended = this.#migration;
    if (ended === undefined || ended.active || ended.finishedAt === undefined) return undefined;
    return {
      traceId: traceIdOf(ended.id),
      spanId: rootSpanIdOf(ended.id),
      parent: undefined,
      name: 'migration',
      kind: 'internal',
      startedAt: Date.parse(ended.createdAt),
      endedAt: Date.parse(ended.finishedAt),
      attributes: {
        ...aboutMigration(ended),
        'shoot_dualstack.outcome': ended.status.kind,
        'shoot_dualstack.strategy': ended.plan.strategy,
      },
    };
  }
}

function aboutMigration({ id, shoot }: Pick<Migration, 'id' | 'shoot'>): Record<string, string> {
  return { 'shoot_dualstack.migration': id, 'shoot_dualstack.shoot': shoot.key };
}

function outcomeOf(result: { readonly kind: string; readonly outcome?: string }): string {
  return result.outcome ?? result.kind;
}

/** As it may leave the process: what a service answered may hold a secret. */
function said(text: string): string {
  return beginningOf(text, MOST_CHARACTERS);
}
