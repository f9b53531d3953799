import { describe, expect, it } from 'vitest';
import {
  dualStackCniConfig,
  InvalidCniConfig,
  OtherIpam,
} from '../../shared/kubernetes/client/network-plugins/calico/cni-config.ts';

describe('the CNI configuration', () => {
  const text =
    '{"plugins":[{"type":"bandwidth","capabilities":{"bandwidth":true}},{"type":"calico","mtu":__CNI_MTU__,"ipam":{"type":"host-local","subnet":"usePodCidr","dataDir":"/x"}},{"type":"portmap"}]}';

  it('gets both ranges, IPv6 first, and keeps all else', () => {
    const changed = JSON.parse(dualStackCniConfig(text).replace('__CNI_MTU__', '1'));
    expect(changed).toEqual({
      plugins: [
        { type: 'bandwidth', capabilities: { bandwidth: true } },
        {
          type: 'calico',
          mtu: 1,
          ipam: {
            type: 'host-local',
            dataDir: '/x',
            ranges: [[{ subnet: 'usePodCidrIPv6' }], [{ subnet: 'usePodCidr' }]],
            assign_ipv4: 'true',
            assign_ipv6: 'true',
          },
        },
        { type: 'portmap' },
      ],
    });
  });

  it('that is dual-stack comes back as the same text', () => {
    const changed = dualStackCniConfig(text);
    expect(dualStackCniConfig(changed)).toBe(changed);
  });

  it.each(['', '[]', '{"plugins":[]}', '{"plugins":[{"type":"cilium"}]}'])('%j is refused', (invalid) => {
    expect(() => dualStackCniConfig(invalid)).toThrow(InvalidCniConfig);
  });

  it.each(['calico-ipam', 'whereabouts'])('with the IPAM %s is refused', (type) => {
    expect(() => dualStackCniConfig(text.replace('host-local', type))).toThrow(OtherIpam);
  });
});
