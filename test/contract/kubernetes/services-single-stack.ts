import { describe, expect } from 'vitest';
import { refusedWith } from './refusal.ts';
import { servicesOf, someIpv6 } from './services.ts';
import type { Contract } from './under-test.ts';

/** A server with a Service range of IPv4 only. */
export function singleStackContract({ guarantee }: Contract): void {
  describe('Services of a single-stack server', () => {
    guarantee('RequireDualStack is refused, created, patched or tried', async (scene) => {
      const services = servicesOf(scene);
      const sentence =
        'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services';
      const created = await refusedWith(services.create('a', { ipFamilyPolicy: 'RequireDualStack' }));
      expect(created).toMatchObject({
        code: 422,
        reason: 'Invalid',
        message: `Service "a" is invalid: ${sentence}`,
      });
      expect(created.details?.causes).toMatchObject([
        { reason: 'FieldValueInvalid', field: 'spec.ipFamilyPolicy' },
      ]);
      const tried = await refusedWith(
        services.create('a', { ipFamilyPolicy: 'RequireDualStack' }, { dryRun: 'All' }),
      );
      expect(tried).toMatchObject({ code: 422, message: `Service "a" is invalid: ${sentence}` });
      await services.create('a');
      expect(await services.refusedPatch('a', { ipFamilyPolicy: 'RequireDualStack' })).toMatchObject({
        code: 422,
        message: `Service "a" is invalid: ${sentence}`,
      });
    });

    guarantee('PreferDualStack is content with one family', async (scene) => {
      const services = servicesOf(scene);
      const { spec } = await services.create('a', { ipFamilyPolicy: 'PreferDualStack' });
      expect(spec).toMatchObject({ ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4'] });
      expect(spec?.clusterIPs).toHaveLength(1);
    });

    guarantee('the other family is refused, as a family and as an address', async (scene) => {
      const services = servicesOf(scene);
      const family = await refusedWith(services.create('a', { ipFamilies: ['IPv6'] }));
      expect(family).toMatchObject({ code: 422, reason: 'Invalid' });
      expect(family.message).toBe(
        'Service "a" is invalid: spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
      );
      const address = someIpv6();
      const pinned = await refusedWith(services.create('a', { clusterIP: address }));
      expect(pinned.code).toBe(422);
      expect(pinned.message).toContain('IPv6 is not configured on this cluster');
      await services.create('b');
      const second = await services.refusedPatch('b', {
        ipFamilyPolicy: 'PreferDualStack',
        ipFamilies: ['IPv4', 'IPv6'],
      });
      expect(second.code).toBe(422);
    });
  });
}
