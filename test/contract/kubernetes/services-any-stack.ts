import { describe, expect } from 'vitest';
import { refusedWith } from './refusal.ts';
import { servicesOf, someIpv4, V4 } from './services.ts';
import type { Contract } from './under-test.ts';

/** What holds on a server of one family as on one of both. */
export function servicesContract({ guarantee }: Contract): void {
  describe('Services', () => {
    guarantee('a Service gets one address of the first family, and its defaults', async (scene) => {
      const { spec } = await servicesOf(scene).create('a');
      expect(spec).toMatchObject({
        type: 'ClusterIP',
        ipFamilyPolicy: 'SingleStack',
        ipFamilies: ['IPv4'],
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
        ports: [{ port: 53, name: 'dns', protocol: 'UDP', targetPort: 53 }],
      });
      expect(spec?.clusterIP).toMatch(V4);
      expect(spec?.clusterIPs).toEqual([spec?.clusterIP]);
    });

    guarantee('an address can be pinned, and is nobody else’s until its Service is gone', async (scene) => {
      const services = servicesOf(scene);
      const clusterIP = someIpv4();
      expect((await services.create('a', { clusterIP })).spec?.clusterIPs).toEqual([clusterIP]);
      const refused = await refusedWith(services.create('b', { clusterIP }));
      expect(refused).toMatchObject({ code: 422, reason: 'Invalid' });
      expect(refused.message).toBe(
        `Service "b" is invalid: spec.clusterIPs: Invalid value: ["${clusterIP}"]: failed to allocate IP ${clusterIP}: provided IP is already allocated`,
      );
      expect(refused.details?.causes).toMatchObject([
        { reason: 'FieldValueInvalid', field: 'spec.clusterIPs' },
      ]);
      await services.remove('a');
      await expect
        .poll(
          async () => (await services.create('b', { clusterIP }).catch(() => undefined))?.spec?.clusterIP,
          {
            timeout: 20_000,
          },
        )
        .toBe(clusterIP);
    });

    guarantee(
      'a Service that is there already is told so, unless its own address comes first',
      async (scene) => {
        const services = servicesOf(scene);
        const clusterIP = someIpv4();
        await services.create('a', { clusterIP });
        expect(await refusedWith(services.create('a'))).toMatchObject({ code: 409, reason: 'AlreadyExists' });
        const pinned = await refusedWith(services.create('a', { clusterIP }));
        expect(pinned).toMatchObject({ code: 422, reason: 'Invalid' });
        expect(pinned.message).toContain('provided IP is already allocated');
      },
    );

    guarantee('an address outside the range is refused', async (scene) => {
      const refused = await refusedWith(servicesOf(scene).create('a', { clusterIP: '10.9.9.9' }));
      expect(refused).toMatchObject({ code: 422, reason: 'Invalid' });
      expect(refused.message).toContain(
        'failed to allocate IP 10.9.9.9: the provided network does not match the current range',
      );
    });

    guarantee('what is no address is refused', async (scene) => {
      const refused = await refusedWith(servicesOf(scene).create('a', { clusterIP: 'nonsense' }));
      expect(refused).toMatchObject({ code: 422, details: { causes: [{ field: 'spec.clusterIPs[0]' }] } });
      expect(refused.message).toContain('must be a valid IP address');
    });

    guarantee('the primary address may not change or go', async (scene) => {
      const services = servicesOf(scene);
      const { spec } = await services.create('a');
      const other = someIpv4();
      const refused = await services.refusedPatch('a', { clusterIP: other, clusterIPs: [other] });
      expect(refused).toMatchObject({ code: 422, reason: 'Invalid' });
      expect(refused.message).toContain(
        `spec.clusterIPs[0]: Invalid value: ["${other}"]: may not change once set`,
      );
      const headless = await services.refusedPatch('a', { clusterIP: 'None', clusterIPs: ['None'] });
      expect(headless.code).toBe(422);
      expect((await services.read('a')).spec?.clusterIP).toBe(spec?.clusterIP);
    });

    guarantee('a PUT that leaves the addresses out keeps them', async (scene) => {
      const services = servicesOf(scene);
      const { spec } = await services.create('a');
      const written = await services.replace('a', services.body('a', { selector: { app: 'other' } }));
      expect(written.spec).toMatchObject({ clusterIP: spec?.clusterIP, clusterIPs: spec?.clusterIPs });
    });

    guarantee('clusterIP and the first of clusterIPs are one', async (scene) => {
      const services = servicesOf(scene);
      const [one, two] = [someIpv4(), '100.70.0.7'];
      const unlike = await refusedWith(services.create('a', { clusterIP: one, clusterIPs: [two] }));
      expect(unlike).toMatchObject({ code: 422, details: { causes: [{ field: 'spec.clusterIPs' }] } });
      expect(unlike.message).toContain('first value must match `clusterIP`');
      const alone = await refusedWith(services.create('a', { clusterIPs: [one] }));
      expect(alone.code).toBe(422);
      expect(alone.message).toContain('must be empty when `clusterIP` is not specified');
    });

    guarantee('a headless Service has no address but families', async (scene) => {
      const services = servicesOf(scene);
      const { spec } = await services.create('a', { clusterIP: 'None' });
      expect(spec).toMatchObject({
        clusterIP: 'None',
        clusterIPs: ['None'],
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
      });
      const set = await services.refusedPatch('a', { clusterIP: someIpv4(), clusterIPs: null });
      expect(set.code).toBe(422);
    });

    guarantee('a headless Service without a selector is for both families', async (scene) => {
      const services = servicesOf(scene);
      const { spec } = await services.create('a', { clusterIP: 'None', selector: {} });
      expect(spec).toMatchObject({ ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' });
    });

    guarantee(
      'an ExternalName has neither address nor family, and its address returns to the range',
      async (scene) => {
        const services = servicesOf(scene);
        const clusterIP = someIpv4();
        await services.create('a', { clusterIP });
        const named = await services.patch('a', {
          type: 'ExternalName',
          externalName: 'example.com',
          clusterIP: null,
          clusterIPs: null,
          ipFamilies: null,
          ipFamilyPolicy: null,
        });
        expect(named.spec).not.toHaveProperty('clusterIP');
        expect(named.spec?.ipFamilies).toBeUndefined();
        expect((await services.create('b', { clusterIP })).spec?.clusterIP).toBe(clusterIP);
        const nameless = await refusedWith(services.create('c', { type: 'ExternalName' }));
        expect(nameless).toMatchObject({ code: 422, details: { causes: [{ field: 'spec.externalName' }] } });
      },
    );

    guarantee('a dry run shows an address and allocates none', async (scene) => {
      const services = servicesOf(scene);
      const clusterIP = someIpv4();
      expect((await services.create('a', { clusterIP }, { dryRun: 'All' })).spec?.clusterIP).toBe(clusterIP);
      expect((await services.create('b', { clusterIP })).spec?.clusterIP).toBe(clusterIP);
    });

    guarantee('a Service needs ports, each well-formed and named when there are several', async (scene) => {
      const services = servicesOf(scene);
      const without = await refusedWith(services.create('a', { ports: [] }));
      expect(without).toMatchObject({
        code: 422,
        details: { causes: [{ field: 'spec.ports', reason: 'FieldValueRequired' }] },
      });
      const nameless = await refusedWith(services.create('a', { ports: [{ port: 1 }, { port: 2 }] }));
      expect(nameless.details?.causes?.map(({ field }) => field)).toEqual([
        'spec.ports[0].name',
        'spec.ports[1].name',
      ]);
      const huge = await refusedWith(services.create('a', { ports: [{ port: 70_000 }] }));
      expect(huge.message).toContain(
        'spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive',
      );
    });

    guarantee('node ports are given out, kept, and pinned only within their range', async (scene) => {
      const services = servicesOf(scene);
      const { spec } = await services.create('a', { type: 'NodePort' });
      const nodePort = spec?.ports?.[0]?.nodePort ?? 0;
      expect(nodePort).toBeGreaterThanOrEqual(30_000);
      expect(nodePort).toBeLessThanOrEqual(32_767);
      const taken = await refusedWith(
        services.create('b', { type: 'NodePort', ports: [{ port: 1, nodePort }] }),
      );
      expect(taken).toMatchObject({ code: 422, details: { causes: [{ field: 'spec.ports[0].nodePort' }] } });
      expect(taken.message).toContain(`Invalid value: ${nodePort}: provided port is already allocated`);
      const outside = await refusedWith(
        services.create('b', { type: 'NodePort', ports: [{ port: 1, nodePort: 80 }] }),
      );
      expect(outside.message).toContain(
        'provided port is not in the valid range. The range of valid ports is 30000-32767',
      );
    });

    guarantee('an unknown policy or family is refused', async (scene) => {
      const services = servicesOf(scene);
      const policy = await refusedWith(services.create('a', { ipFamilyPolicy: 'Sometimes' }));
      expect(policy).toMatchObject({
        code: 422,
        details: { causes: [{ field: 'spec.ipFamilyPolicy', reason: 'FieldValueNotSupported' }] },
      });
      const family = await refusedWith(services.create('a', { ipFamilies: ['IPv5'] }));
      expect(family.code).toBe(422);
      expect(family.details?.causes?.[0]).toMatchObject({ field: 'spec.ipFamilies[0]' });
    });
  });
}
