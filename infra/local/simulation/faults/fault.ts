import type { ComponentFault } from './components.ts';
import type { Crash } from './crash.ts';
import type { OneFamilyTwice } from './families.ts';
import type { InstanceFault } from './instances.ts';
import type { Interference } from './interference.ts';
import type { MachineFault } from './machines.ts';
import type { MessageFault } from './messages.ts';
import type { OperationFault } from './operations.ts';
import type { OperatorFault } from './operators.ts';
import type { RequestFault } from './requests.ts';
import type { StoreFault } from './store.ts';
import type { Stranger } from './strangers.ts';

export type { Crash } from './crash.ts';

/** Something that goes wrong, as a plain value. What it is and how it ends stands at its kind. */
export type Fault =
  | Crash
  | InstanceFault
  | RequestFault
  | OperationFault
  | StoreFault
  | MessageFault
  | MachineFault
  | Stranger
  | Interference
  | ComponentFault
  | OneFamilyTwice
  | OperatorFault;

export type FaultKind = Fault['kind'];
