export { settled, type VirtualClock, virtualClock } from '../../infra/local/in-process/virtual-clock.ts';
