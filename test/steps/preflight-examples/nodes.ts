import { readShootRollout } from '../../../shared/migration/node-rollout.ts';
import { facts, instance, node, podCidr } from '../preflight-scene.ts';
import { blocks, type Examples, warns } from './example.ts';

const ccm = facts().cloudControllerManager;
const foreignAlias = { range: '10.250.9.0/28', rangeName: undefined };

function rolloutOf(annotations: Record<string, string>, updateStrategy?: string) {
  const workers = [{ name: 'worker', updateStrategy }];
  return readShootRollout({ metadata: { annotations }, spec: { provider: { workers } } });
}

/** Of the checks in `checks/nodes.ts`. */
export const NODES = {
  'cluster-has-nodes': { failing: [warns('NoNodes', /no nodes/, { nodes: [] })] },
  'nodes-have-pod-cidrs': {
    failing: [
      warns('NodeWithoutPodCidr', /1 nodes .*-z1-4/, { nodes: [node(1), node(4, { podCidrs: [] })] }),
    ],
  },
  'pod-cidrs-are-unique': {
    failing: [
      blocks('PodCidrNotUnique', /100\.96\.1\.0\/24 \(.*-1, .*-2\)/, {
        nodes: [node(1), node(2, { podCidrs: [podCidr(1)] })],
      }),
    ],
  },
  'pod-cidrs-lie-in-the-pod-range': {
    failing: [
      blocks('PodCidrOutside', /100\.99\.0\.0\/24 \(.*-2\)/, {
        nodes: [node(1), node(2, { podCidrs: ['100.99.0.0/24'] })],
      }),
    ],
  },
  'nodes-have-instances': {
    // The machine of a node that is being deleted goes first.
    passing: { instances: [instance(1)], nodes: [node(1), node(2, { leaving: true })] },
    failing: [warns('NodeWithoutInstance', /2 nodes/, { instances: [instance(1)] })],
  },
  'nodes-are-ready': {
    failing: [warns('NodeNotReady', /1 nodes.*-2/, { nodes: [node(1), node(2, { ready: false })] })],
  },
  'pod-cidr-stands-first': {
    passing: {
      instances: [
        instance(1, { aliases: [{ range: podCidr(1), rangeName: 'ipv4-pod-cidr' }, foreignAlias] }),
        instance(2),
      ],
    },
    failing: [
      blocks('ForeignAlias', /-1 has 10\.250\.9\.0\/28, expected 100\.96\.1\.0\/24/, {
        instances: [instance(1, { aliases: [foreignAlias] })],
      }),
    ],
  },
  'guest-agent-leaves-aliases': {
    passing: 'never',
    failing: [warns('GuestAgentNotKnown', /first alias is therefore added alone/, {})],
  },
  'evictions-are-allowed': {
    // A budget that counts no pods holds nothing up.
    passing: { disruptionBudgets: [{ key: 'shop/gone', allowed: 0, pods: 0 }] },
    failing: [
      warns('EvictionNotAllowed', /shop\/db/, {
        disruptionBudgets: [{ key: 'shop/db', allowed: 0, pods: 1 }],
      }),
    ],
  },
  'node-rollout-is-possible': {
    passing: { rollout: rolloutOf({ 'shoot-dualstack/node-rollout': 'owner' }, 'AutoInPlaceUpdate') },
    failing: [
      blocks('NodeRolloutNotUnderstood', /node-rollout\]: found "later", expected owner/, {
        rollout: rolloutOf({ 'shoot-dualstack/node-rollout': 'later' }),
      }),
      warns('InPlacePool', /in place: worker/, { rollout: rolloutOf({}, 'ManualInPlaceUpdate') }),
    ],
  },
  'cloud-controller-manager-is-there': {
    failing: [
      blocks('CloudControllerManagerMissing', /no cloud-controller-manager/, {
        cloudControllerManager: undefined,
      }),
    ],
  },
  'route-controller-runs': {
    passing:
      ccm === undefined ? {} : { cloudControllerManager: { ...ccm, managesRoutes: false }, routes: [] },
    failing:
      ccm === undefined
        ? []
        : [
            warns('RouteControllerOff', /off while 3 pod routes/, {
              cloudControllerManager: { ...ccm, managesRoutes: false },
            }),
            warns('RouteControllerOff', /rolled out, 1 old pods/, {
              cloudControllerManager: { ...ccm, oldPods: 1 },
            }),
          ],
  },
} as const satisfies Readonly<Record<string, Examples>>;
