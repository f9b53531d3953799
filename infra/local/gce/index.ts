export type { Random } from '../random.ts';
export { seededRandom } from '../random.ts';
export type { ResourceBody } from './actors.ts';
export { ComputeActors } from './actors.ts';
export type { CallCounts } from './compute.ts';
export { ComputeError } from './core/errors.ts';
export type { ComputeChange, ComputeEvent } from './core/events.ts';
export type { Fault } from './core/faults.ts';
export { ConnectionDropped } from './core/faults.ts';
export type { LatencyProfile } from './core/latency.ts';
export { FAST_LATENCY, REALISTIC_LATENCY } from './core/latency.ts';
export type { QuotaOptions } from './core/quotas.ts';
export type {
  AliasIpRange,
  Firewall,
  Instance,
  Network,
  NetworkInterface,
  Operation,
  Route,
  Subnetwork,
} from './core/resources.ts';
export type { Span } from './core/span.ts';
export { spanOf } from './core/span.ts';
export type { Propagation } from './data-plane/arrivals.ts';
export { DEFAULT_PROPAGATION } from './data-plane/arrivals.ts';
export type { Reachability } from './data-plane/data-plane.ts';
export { DataPlane } from './data-plane/data-plane.ts';
export type { Gap } from './data-plane/outages.ts';
export { directClients } from './direct/clients.ts';
export { readdressed } from './direct/method-call.ts';
export { inProcessTransport } from './http/in-process.ts';
export type { AnswerRequest } from './http/server.ts';
export type { MethodCall, WireAnswer, WireRequest } from './http/wire.ts';
export { ScenarioError } from './scenario.ts';
export type { ComputeInProcess, ComputeOptions, ComputeSimulator, Resources } from './simulator.ts';
export { computeInProcess, startComputeSimulator } from './simulator.ts';
export type { Switches, SwitchName } from './switches.ts';
export { parseSwitch, SWITCHES, switchPositions } from './switches.ts';
