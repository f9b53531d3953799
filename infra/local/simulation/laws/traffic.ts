import type { Gap } from '../../gce/data-plane/outages.ts';
import type { Switches } from '../../gce/index.ts';
import { DELETION_MS, Disturbances } from './disturbances.ts';
import { faultSeconds } from './messages.ts';
import { mayCut } from './plan.ts';
import type { LawWatcher } from './scene.ts';
import { type Fields, instantAt, isMigration, textAt } from './stored.ts';

/**
 * What the cloud itself drops under a switch, in the data plane's words. The product cannot know beforehand; it has to see it
 * and take back what brought it about.
 */
const DROPS: { readonly [Name in keyof Switches]?: (switches: Partial<Switches>) => readonly string[] } = {
  hybridFallback: ({ hybridFallback }) => (hybridFallback === 'off' ? [NO_FALLBACK] : []),
  hybridTransientMs: ({ hybridTransientMs = 0 }) => (hybridTransientMs > 0 ? [NO_FALLBACK] : []),
  guestAgentTakesAliases: ({ guestAgentTakesAliases }) =>
    guestAgentTakesAliases === 'yes' ? ['the guest agent keeps packets to the alias range on the host'] : [],
  aliasMatchesInHybridSubnet: ({ aliasMatchesInHybridSubnet }) =>
    aliasMatchesInHybridSubnet === 'no' ? ['no route', NO_FALLBACK] : [],
};
const NO_FALLBACK = 'the hybrid subnetwork does not fall back to routes';

/** Seeing that nodes are not reached, taking the cause back, and the network's taking it in. */
const RESTORED_SECONDS = 120;
/** The acknowledged gap of a cutover: deletions, a range, aliases, all of them side by side within the API's limits. */
const CUT_SECONDS = { least: 120, perNode: 0.5 };
/** A run that dies within the cut is taken over when its lease is over (90 s) and the tick has come (60 s). */
const TAKEOVER_SECONDS = 150;
/** From a Node's coming to its pod CIDR and its place in the network. */
const JOINING_MS = 60_000;
/** What makes VMs beside the product: in the middle of it they may be given what another node has, and the migration names them. */
const MAKES_VMS: ReadonlySet<string> = new Set(['vm added', 'vm replaced', 'vm deleted']);
/** So long a change is on its way through the network. */
const PROPAGATION_MS = 10_000;

/**
 * Judged at the end from the data plane's own record of gaps, which misses no instant. A gap is nobody's fault but the
 * product's unless (1) the cut that the operator acknowledged has begun, (2) the case moved a carrier of that node just before,
 * or its VM, or (3) the cloud drops the packets under a switch of the case. Such a gap ends within a bound that grows with the
 * faults of the case; one that does not is excused only where the migration was blocked by then and says why, and nothing that
 * the product has done can be taken back to end it.
 */
export const trafficArrives: LawWatcher = (scene) => {
  const { world, theCase, stored, nodes, hand, broken } = scene;
  const disturbances = new Disturbances(scene);
  let cutAt: number | undefined;
  const blockedAt: number[] = [];

  function boundOf(gap: Gap): number | undefined {
    const forFaults = faultSeconds(theCase.faults);
    if (cutAt !== undefined && gap.from >= cutAt) {
      const forDeaths = TAKEOVER_SECONDS * deathsIn(gap);
      return CUT_SECONDS.least + CUT_SECONDS.perNode * theCase.nodes + forDeaths + forFaults;
    }
    const excused =
      isDroppedByCloud(gap.why, theCase.switches) ||
      disturbances.explain(gap, PROPAGATION_MS) ||
      disturbances.aliasTakenLately(gap.node, gap.from, DELETION_MS + PROPAGATION_MS) ||
      joinedJustThen(gap);
    return excused ? RESTORED_SECONDS + forFaults : undefined;
  }

  /** By others alone: only a human can tell which of the two VMs is to keep the range. */
  function isDispossession({ node, from }: Gap): boolean {
    return disturbances.aliasTakenLately(node, from, PROPAGATION_MS) && disturbances.isDispossessed(node);
  }

  function joinedJustThen({ node: name, from }: Gap): boolean {
    const node = nodes.get(name);
    if (node === undefined || isOneOfTheFirst(name)) return false;
    return from - node.createdAt <= JOINING_MS && theCase.faults.some(({ kind }) => MAKES_VMS.has(kind));
  }

  function deathsIn({ from, to }: Gap): number {
    return world.runLog.runs.filter(
      ({ ending, endedAt }) => ending === 'died' && from <= endedAt && endedAt <= to,
    ).length;
  }

  /**
   * By a range that the product can take off, or a route that it can create again. A node that was made with its alias never had
   * a route, and keeps the range in use.
   */
  function canBeTakenBack({ node, why }: Gap): boolean {
    const { guestAgentTakesAliases: _, ...ofAll } = theCase.switches;
    const { aliasMatchesInHybridSubnet: __, ...ofJoined } = ofAll;
    return isDroppedByCloud(why, isOneOfTheFirst(node) ? ofAll : ofJoined);
  }

  function isOneOfTheFirst(name: string): boolean {
    return world.example.nodes.some((first) => first.name === name);
  }

  /** Whether the migration was blocked with a reason in time, and is so at the end: also when somebody tried in between. */
  function saysWhy(from: number, latest: number): boolean {
    if (!isBlocked(stored.migration)) return false;
    const since = instantAt(stored.migration, 'status', 'since') ?? Number.POSITIVE_INFINITY;
    return since <= latest || blockedAt.some((at) => from <= at && at <= latest);
  }

  return {
    written: ({ path, after }) => {
      if (isMigration(path) && isBlocked(after)) blockedAt.push(scene.now());
    },
    changed: (event) => {
      disturbances.changed(event);
      if (event.type === 'route-deleted' && hand.deletedRoute(event.route.name) && mayCut(stored)) {
        cutAt ??= event.at;
      }
    },
    end: () => {
      for (const gap of world.gaps()) {
        if (isDispossession(gap)) continue;
        const seconds = (gap.to - gap.from) / 1_000;
        const bound = boundOf(gap);
        if (bound === undefined) {
          broken('traffic arrives', `${gap.node} was not reached for ${seconds} s: ${gap.why}`, gap.from);
        } else if (
          seconds > bound &&
          !(saysWhy(gap.from, gap.from + bound * 1_000) && !canBeTakenBack(gap))
        ) {
          const late = `${gap.node} was not reached for ${seconds} s, at most ${bound} were expected`;
          broken('traffic arrives', `${late}: ${gap.why}`, gap.from);
        }
      }
    },
  };
};

function isDroppedByCloud(why: string, switches: Partial<Switches>): boolean {
  return Object.values(DROPS).some((reasons) => reasons(switches).includes(why));
}

function isBlocked(migration: Fields | undefined): boolean {
  return textAt(migration, 'status', 'kind') === 'blocked' && textAt(migration, 'status', 'reason') !== '';
}
