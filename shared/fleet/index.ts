export { canariesIn, type FleetFacts, isWaiting } from './decide.ts';
export { goesOnAbout, resumeOrder } from './let-go.ts';
export { takesPlace } from './load.ts';
export { type InLine, line } from './not-yet.ts';
export { rolloutOrderFields, rolloutOrderSchema, takeOrder } from './orders.ts';
export { paceOfPolicy } from './pace.ts';
export { lookAtFleet } from './steer.ts';
