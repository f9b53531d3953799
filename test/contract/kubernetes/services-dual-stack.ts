import { describe, expect } from 'vitest';
import { refusedWith } from './refusal.ts';
import { servicesOf, someIpv4, someIpv6, V4, V6 } from './services.ts';
import type { Contract } from './under-test.ts';

/** A server with a Service range of each family, IPv4 first. */
export function dualStackContract({ guarantee }: Contract): void {
  describe('Services of a dual-stack server', () => {
    for (const ipFamilyPolicy of ['PreferDualStack', 'RequireDualStack']) {
      guarantee(`${ipFamilyPolicy} gives a Service an address of each family, IPv4 first`, async (scene) => {
        const { spec } = await servicesOf(scene).create('a', { ipFamilyPolicy });
        expect(spec).toMatchObject({ ipFamilyPolicy, ipFamilies: ['IPv4', 'IPv6'] });
        expect(spec?.clusterIPs).toEqual([expect.stringMatching(V4), expect.stringMatching(V6)]);
        expect(spec?.clusterIP).toBe(spec?.clusterIPs?.[0]);
      });

      guarantee(`an existing Service grows by ${ipFamilyPolicy}, its first address stays`, async (scene) => {
        const services = servicesOf(scene);
        const { spec: before } = await services.create('a');
        const { spec } = await services.patch('a', { ipFamilyPolicy });
        expect(spec).toMatchObject({ ipFamilies: ['IPv4', 'IPv6'], clusterIP: before?.clusterIP });
        expect(spec?.clusterIPs).toEqual([before?.clusterIP, expect.stringMatching(V6)]);
      });
    }

    guarantee('without a word a Service stays single-stack', async (scene) => {
      const { spec } = await servicesOf(scene).create('a');
      expect(spec).toMatchObject({ ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] });
    });

    guarantee('the families’ order is the Service’s own', async (scene) => {
      const { spec } = await servicesOf(scene).create('a', {
        ipFamilyPolicy: 'PreferDualStack',
        ipFamilies: ['IPv6', 'IPv4'],
      });
      expect(spec?.clusterIPs).toEqual([expect.stringMatching(V6), expect.stringMatching(V4)]);
      const single = await servicesOf(scene).create('b', { ipFamilies: ['IPv6'] });
      expect(single.spec).toMatchObject({ ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv6'] });
      expect(single.spec?.clusterIP).toMatch(V6);
    });

    guarantee('the second address can be pinned', async (scene) => {
      const services = servicesOf(scene);
      const { spec: before } = await services.create('a');
      const wanted = someIpv6();
      const { spec } = await services.patch('a', {
        ipFamilyPolicy: 'RequireDualStack',
        ipFamilies: ['IPv4', 'IPv6'],
        clusterIPs: [before?.clusterIP, wanted],
      });
      expect(spec?.clusterIPs).toEqual([before?.clusterIP, wanted]);
    });

    guarantee(
      'a pinned second address that is taken or out of range is refused, and the Service stays',
      async (scene) => {
        const services = servicesOf(scene);
        const wanted = someIpv6();
        await services.create('holder', { clusterIP: wanted });
        const { spec: before } = await services.create('a');
        const pin = (address: string) =>
          services.refusedPatch('a', {
            ipFamilyPolicy: 'RequireDualStack',
            clusterIPs: [before?.clusterIP, address],
          });
        const taken = await pin(wanted);
        expect(taken).toMatchObject({ code: 422, details: { causes: [{ field: 'spec.clusterIPs' }] } });
        expect(taken.message).toContain(`failed to allocate IP ${wanted}: provided IP is already allocated`);
        const outside = await pin('2001:db8:ffff::1');
        expect(outside.code).toBe(422);
        expect(outside.message).toContain(
          'failed to allocate IP 2001:db8:ffff::1: the provided network does not match the current range',
        );
        expect((await services.read('a')).spec).toEqual(before);
      },
    );

    guarantee('two addresses under SingleStack, and two of one family, are refused', async (scene) => {
      const services = servicesOf(scene);
      const clusterIP = someIpv4();
      const single = await refusedWith(
        services.create('a', {
          clusterIP,
          clusterIPs: [clusterIP, someIpv6()],
          ipFamilyPolicy: 'SingleStack',
        }),
      );
      expect(single.code).toBe(422);
      expect(single.message).toContain(
        "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified",
      );
      const same = await refusedWith(
        services.create('a', {
          clusterIP,
          clusterIPs: [clusterIP, '100.70.0.9'],
          ipFamilyPolicy: 'RequireDualStack',
        }),
      );
      expect(same.code).toBe(422);
      expect(same.message).toContain('may specify no more than one IP for each IP family');
      const unlike = await refusedWith(
        services.create('a', { clusterIP, ipFamilies: ['IPv6'], ipFamilyPolicy: 'SingleStack' }),
      );
      expect(unlike.code).toBe(422);
      expect(unlike.message).toContain('expected an IPv6 value as indicated by `ipFamilies[0]`');
    });

    guarantee(
      'the second address may not be changed for another, nor the families swapped',
      async (scene) => {
        const services = servicesOf(scene);
        const { spec } = await services.create('a', { ipFamilyPolicy: 'RequireDualStack' });
        const [first] = spec?.clusterIPs ?? [];
        const other = await services.refusedPatch('a', { clusterIPs: [first, someIpv6()] });
        expect(other.code).toBe(422);
        expect(other.message).toMatch(
          /spec\.clusterIPs\[1\]: Invalid value: \[.+\]: may not change once set$/,
        );
        const swapped = await services.refusedPatch('a', { ipFamilies: ['IPv6', 'IPv4'] });
        expect(swapped.code).toBe(422);
        expect(swapped.message).toContain('expected an IPv6 value as indicated by `ipFamilies[0]`');
      },
    );

    guarantee('SingleStack gives the second address back', async (scene) => {
      const services = servicesOf(scene);
      const { spec: before } = await services.create('a', { ipFamilyPolicy: 'RequireDualStack' });
      const released = before?.clusterIPs?.[1] ?? '';
      const { spec } = await services.patch('a', { ipFamilyPolicy: 'SingleStack' });
      expect(spec).toMatchObject({ ipFamilies: ['IPv4'], clusterIPs: [before?.clusterIP] });
      expect((await services.create('b', { clusterIP: released })).spec?.clusterIP).toBe(released);
    });

    guarantee('taking the second address or family out without SingleStack is refused', async (scene) => {
      const services = servicesOf(scene);
      const { spec } = await services.create('a', { ipFamilyPolicy: 'RequireDualStack' });
      const address = await services.refusedPatch('a', { clusterIPs: [spec?.clusterIP] });
      expect(address.code).toBe(422);
      expect(address.message).toContain("must be 'SingleStack' to release the secondary cluster IP");
      const family = await services.refusedPatch('a', { ipFamilies: ['IPv4'] });
      expect(family.code).toBe(422);
      expect(family.message).toContain("must be 'SingleStack' to release the secondary IP family");
    });

    guarantee('a PUT without the families fields keeps a dual-stack Service as it is', async (scene) => {
      const services = servicesOf(scene);
      const { spec } = await services.create('a', { ipFamilyPolicy: 'RequireDualStack' });
      const kept = await services.replace('a', services.body('a', { clusterIP: spec?.clusterIP ?? '' }));
      expect(kept.spec).toMatchObject({
        clusterIPs: spec?.clusterIPs,
        ipFamilies: ['IPv4', 'IPv6'],
        ipFamilyPolicy: 'RequireDualStack',
      });
    });

    guarantee('a dry run of a growth shows both addresses and stores neither', async (scene) => {
      const services = servicesOf(scene);
      const { spec: before } = await services.create('a');
      const wanted = someIpv6();
      const change = { ipFamilyPolicy: 'RequireDualStack', clusterIPs: [before?.clusterIP, wanted] };
      expect((await services.patch('a', change, { dryRun: 'All' })).spec?.clusterIPs).toEqual([
        before?.clusterIP,
        wanted,
      ]);
      expect((await services.read('a')).spec).toEqual(before);
      expect((await services.create('b', { clusterIP: wanted })).spec?.clusterIP).toBe(wanted);
    });

    guarantee('a headless Service grows as well', async (scene) => {
      const services = servicesOf(scene);
      await services.create('a', { clusterIP: 'None' });
      const { spec } = await services.patch('a', { ipFamilyPolicy: 'PreferDualStack' });
      expect(spec).toMatchObject({ clusterIPs: ['None'], ipFamilies: ['IPv4', 'IPv6'] });
    });
  });
}
