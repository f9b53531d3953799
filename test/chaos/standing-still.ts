/** Starts two instances of the functions, has one of them stand still, says their ids, and waits to be killed. */
import { startInstance } from '../../infra/local/chaos/instance.ts';

const environment = { WORLD_TIME: '0,0,1', WORLD_PLACES: 'none' };
const AN_HOUR_MS = 3_600_000;

const [asleep, awake] = await Promise.all([
  startInstance(environment, () => {}),
  startInstance(environment, () => {}),
]);
void asleep.stopFor(AN_HOUR_MS, new AbortController().signal);
process.stdout.write(`${asleep.pid} ${awake.pid}\n`);
