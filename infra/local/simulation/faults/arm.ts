import type { InProcessWorld } from '../../in-process/index.ts';
import type { Case } from '../case.ts';
import { armComponentFault } from './components.ts';
import { armCrash } from './crash.ts';
import { armOneFamilyTwice } from './families.ts';
import type { Fault } from './fault.ts';
import { armInstanceFault } from './instances.ts';
import { armInterference } from './interference.ts';
import { armMachineFault } from './machines.ts';
import { armMessageFault } from './messages.ts';
import { armOperationFault } from './operations.ts';
import { armOperatorFault } from './operators.ts';
import { armRequestFault } from './requests.ts';
import type { Scene } from './scene.ts';
import { armStoreFault } from './store.ts';
import { armStranger } from './strangers.ts';

/** The faults of a case, lying in wait. */
export interface ArmedFaults {
  /** In the order in which they struck first. */
  struck(): readonly Fault[];
  pending(): readonly Fault[];
  /** When the last effect of any of them is over, in milliseconds of the world's clock; undefined as long as none struck. */
  lastStruckAt(): number | undefined;
  /** None strikes any more. Effects that last end at their time. */
  stop(): void;
}

/** Lays the case's faults in wait. To be called right before the change of the shoot, from which their times count. */
export function armFaults(world: InProcessWorld, theCase: Case): ArmedFaults {
  const struck = new Set<Fault>();
  const over = new AbortController();
  let lastStruckAt: number | undefined;
  for (const fault of theCase.faults) {
    arm(fault, {
      world,
      signal: over.signal,
      struck: (until = world.clock.now()) => {
        struck.add(fault);
        lastStruckAt = Math.max(lastStruckAt ?? until, until);
      },
    });
  }
  return {
    struck: () => [...struck],
    pending: () => theCase.faults.filter((fault) => !struck.has(fault)),
    lastStruckAt: () => lastStruckAt,
    stop: () => over.abort(),
  };
}

function arm(fault: Fault, scene: Scene): void {
  switch (fault.kind) {
    case 'crash':
      armCrash(fault, scene);
      return;
    case 'standstill':
    case 'shutdown':
    case 'wrong clock':
      armInstanceFault(fault, scene);
      return;
    case 'crash at request':
    case 'connection lost':
    case 'refusal':
    case 'slow request':
    case 'away':
    case 'slow server':
    case 'small pages':
    case 'expired token':
      armRequestFault(fault, scene);
      return;
    case 'operation fails':
    case 'operation hangs':
      armOperationFault(fault, scene);
      return;
    case 'commit aborted':
    case 'commit repeated':
    case 'late commit':
    case 'other writer':
      armStoreFault(fault, scene);
      return;
    case 'duplicate':
    case 'late message':
    case 'overtaken':
    case 'lost acknowledgement':
    case 'missing ticks':
      armMessageFault(fault, scene);
      return;
    case 'vm deleted':
    case 'vm replaced':
    case 'vm added':
    case 'vm removed':
      armMachineFault(fault, scene);
      return;
    case 'foreign alias':
    case 'alias taken off':
    case 'foreign range':
    case 'foreign route':
      armStranger(fault, scene);
      return;
    case 'fingerprint changed':
    case 'alias comes first':
    case 'scope unreachable':
      armInterference(fault, scene);
      return;
    case 'node not ready':
    case 'coredns crashes':
    case 'object changed':
    case 'shoot reconciled':
    case 'cloud-controller-manager set back':
    case 'route controller alive':
      armComponentFault(fault, scene);
      return;
    case 'one family twice':
      armOneFamilyTwice(fault, scene);
      return;
    case 'paused':
    case 'aborted':
    case 'nudged':
    case 'change told again':
    case 'shoot stopped':
      armOperatorFault(fault, scene);
      return;
  }
}
