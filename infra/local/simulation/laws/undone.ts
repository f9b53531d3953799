import { isLedBack } from './plan.ts';
import type { LawWatcher } from './scene.ts';
import { listAt, textAt } from './stored.ts';

const law = 'nothing is undone';
const ROUTES_OFF = '--configure-cloud-routes=false';

/** What the way forward brought about and only the way back, or a restore on record, may take away. */
export const nothingIsUndone: LawWatcher = (scene) => {
  const { world, stored, hand, broken } = scene;
  const nodesSubnet = `${world.example.technicalId}-nodes`;
  let flagWasTakenOff = false;

  const forbidden = (what: string) => {
    if (!isLedBack(stored)) broken(law, what);
  };

  function flagChanged(subnet: string, allowed: boolean): void {
    if (subnet !== nodesSubnet || !hand.setFlag(subnet, allowed)) return;
    if (allowed && flagWasTakenOff) forbidden('the overlap flag was set again after it was taken off');
    if (!allowed) flagWasTakenOff = true;
  }

  /** An alias that draws traffic off its node’s route may come off; not once the route has gone on the strength of it. */
  function aliasWent(instance: string, range: string): void {
    if (!hand.tookAlias(instance, range)) return;
    for (const [, record] of stored.under(`${stored.migrationPath}/routes/`)) {
      if (textAt(record, 'podCidr') !== range || textAt(record, 'state') !== 'deleted') continue;
      forbidden(`the alias ${range} of ${instance} was taken off after its route`);
    }
  }

  return {
    asked: ({ verb, collection, body }) => {
      if (collection !== 'routes' || verb !== 'POST') return undefined;
      const name = textAt(body, 'name');
      const restored = textAt(stored.routeRecord(name), 'restoredAt');
      if (restored === '') forbidden(`the route ${name} was to be created again without a restore on record`);
      return undefined;
    },
    changed: (event) => {
      switch (event.type) {
        case 'overlap-flag-changed':
          return flagChanged(event.subnetwork.name, event.allowed);
        case 'stack-type-changed': {
          const { name } = event.subnetwork;
          const back = event.stackType === 'IPV4_ONLY' && hand.setStackType(name, 'IPV4_ONLY');
          return back ? forbidden(`${name} was made IPV4_ONLY again`) : undefined;
        }
        case 'alias-removed':
          return aliasWent(event.instance.name, event.alias.ipCidrRange);
        default:
          return;
      }
    },
    clusterChanged: ({ resource, object, previous }, byProduct) => {
      if (!byProduct || previous === undefined) return;
      const { name } = object.metadata;
      if (resource.kind !== 'Deployment' || name !== 'cloud-controller-manager') return;
      if (hasArgument(previous, ROUTES_OFF) && !hasArgument(object, ROUTES_OFF)) {
        forbidden('the cloud-controller-manager was told to manage routes again');
      }
    },
    written: ({ path, before, after }) => {
      if (!path.includes('/routes/') || before === undefined || after === undefined) return;
      const [from, to] = [textAt(before, 'state'), textAt(after, 'state')];
      const restored = textAt(after, 'restoredAt') !== '';
      if (from === 'deleted' && to !== 'deleted' && !restored)
        forbidden(`${path} went back from deleted to ${to}`);
    },
  };
};

function hasArgument(deployment: object, argument: string): boolean {
  return listAt(deployment, 'spec', 'template', 'spec', 'containers').some((container) =>
    [...listAt(container, 'args'), ...listAt(container, 'command')].includes(argument),
  );
}
