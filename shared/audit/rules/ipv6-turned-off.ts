import { hands, whoseIs } from '../facts.ts';
import type { Pod } from '../objects/workloads.ts';
import { byMaker, hasStarted } from '../workloads.ts';
import type { Rule } from './rule.ts';

/** Settings of the kernel that keep IPv6 from a pod, or from being forwarded by its node. */
const OFF = [
  { name: /^net[./]ipv6[./]conf[./].+[./]disable_ipv6$/, value: '1' },
  { name: /^net[./]ipv6[./]conf[./].+[./]forwarding$/, value: '0' },
];

export const ipv6TurnedOff: Rule = {
  title: 'Nothing that can be seen turns IPv6 off in the kernel.',
  needs: ['pods'],
  look(facts) {
    const found = (facts.pods ?? []).filter((pod) => hasStarted(pod) && settingsOf(pod).length > 0);
    return byMaker(found).flatMap(({ object, pods: [first] }) => {
      if (first === undefined) return [];
      const whose = whoseIs(first.metadata, facts);
      return [
        {
          severity: 'warning',
          aim: 'dual-stack',
          whose,
          object,
          what: `It sets ${settingsOf(first).join(', ')}.`,
          why: first.spec.hostNetwork
            ? 'In the node’s network that holds for the node: it has no IPv6 any more, or forwards none to its pods.'
            : 'The kernel then gives the pod no IPv6 address, or takes it away; set by a privileged container it may hold for the node.',
          todo: hands(
            whose,
            'Take the setting out. Kubernetes needs net.ipv6.conf.all.forwarding=1 on nodes (Gardener sets it) and disable_ipv6=0.',
          ),
          source:
            'gep-21-ipv6-single-stack.md (Shoot Worker Node Kernel Configuration); kubernetes-ipv6-architecture.md (Host Level Configuration)',
        },
      ];
    });
  },
};

/** In `securityContext.sysctls`, and in what its containers run: `sysctl -w NAME=VALUE`, `echo VALUE > /proc/sys/…`. */
function settingsOf({ spec }: Pod): readonly string[] {
  // A pod's own forwarding is nobody's business but its own: it is off by default.
  const sysctls = (spec.securityContext?.sysctls ?? []).filter(({ name }) => name.endsWith('disable_ipv6'));
  const words = [...spec.initContainers, ...spec.containers].flatMap((container) => container.words);
  const inShell = words.flatMap((word) => [
    ...word.matchAll(
      /(?<name>net[./]ipv6[./]conf[./][\w*.-]+?[./](?:disable_ipv6|forwarding))\s*=\s*["']?(?<value>\d)/g,
    ),
    ...word.matchAll(
      /echo\s+["']?(?<value>\d)["']?\s*>\s*\/proc\/sys\/(?<name>net\/ipv6\/conf\/[\w*.-]+\/(?:disable_ipv6|forwarding))/g,
    ),
  ]);
  const said = [
    ...sysctls,
    ...inShell.map(({ groups }) => ({ name: groups?.name ?? '', value: groups?.value ?? '' })),
  ];
  return said
    .filter((setting) => OFF.some(({ name, value }) => name.test(setting.name) && value === setting.value))
    .map(({ name, value }) => `${name.replaceAll('/', '.')}=${value}`);
}
