import { describe, expect } from 'vitest';
import { JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH } from './media-types.ts';
import { deployment, podSpecOf } from './objects.ts';
import type { Contract, Scene } from './under-test.ts';

const maps = (scene: Scene, ...rest: string[]) => scene.path('v1', 'configmaps', ...rest);
const deployments = (scene: Scene, ...rest: string[]) => scene.path('apps/v1', 'deployments', ...rest);
const misspelt = () => {
  const body = deployment('web', {
    restartPolicie: 'Always',
    containers: [{ name: 'c', image: 'i', imagee: 'j' }],
  });
  return { ...body, spec: { ...body.spec, replica: 1 } };
};
const UNKNOWN = [
  'unknown field "spec.replica"',
  'unknown field "spec.template.spec.containers[0].imagee"',
  'unknown field "spec.template.spec.restartPolicie"',
];
const DUPLICATE = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"1","x":"2"}}';

export function fieldValidationContract({ guarantee }: Contract): void {
  const post = (scene: Scene, fieldValidation?: string) =>
    scene.call('POST', deployments(scene), {
      body: misspelt(),
      query: fieldValidation === undefined ? {} : { fieldValidation },
    });

  describe('field validation', () => {
    guarantee('Strict refuses unknown fields and names all of them', async (scene) => {
      const { status, body } = await post(scene, 'Strict');
      expect({ status, body }).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
      expect(body.message).toMatch(
        /^Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: /,
      );
      for (const sentence of UNKNOWN) expect(body.message).toContain(sentence);
      expect((await scene.call('GET', deployments(scene, 'web'))).status).toBe(404);
    });

    for (const mode of [undefined, 'Warn']) {
      guarantee(`${mode ?? 'no fieldValidation'} drops unknown fields and warns of each`, async (scene) => {
        const { status, body, warnings } = await post(scene, mode);
        expect(status).toBe(201);
        expect([...warnings].sort()).toEqual(UNKNOWN);
        expect(body.spec).not.toHaveProperty('replica');
        expect(podSpecOf(body.spec)).not.toHaveProperty('restartPolicie');
        expect(podSpecOf(body.spec).containers[0]).not.toHaveProperty('imagee');
      });
    }

    guarantee('Ignore drops unknown fields without a word', async (scene) => {
      const { status, body, warnings } = await post(scene, 'Ignore');
      expect({ status, warnings }).toEqual({ status: 201, warnings: [] });
      expect(body.spec).not.toHaveProperty('replica');
    });

    guarantee('a mode that is none is refused', async (scene) => {
      const { status, body } = await post(scene, 'Perhaps');
      expect({ status, body }).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect(body.message).toContain(
        'fieldValidation: Unsupported value: "Perhaps": supported values: "", "Ignore", "Strict", "Warn"',
      );
    });

    guarantee('a field given twice is refused, warned of, or the last one taken', async (scene) => {
      const send = (fieldValidation: string) =>
        scene.call('POST', maps(scene), { body: DUPLICATE, query: { fieldValidation, dryRun: 'All' } });
      const strict = await send('Strict');
      expect(strict.status).toBe(400);
      expect(strict.body.message).toContain('strict decoding error: duplicate field "data.x"');
      const warned = await send('Warn');
      expect(warned).toMatchObject({
        status: 201,
        warnings: ['duplicate field "data.x"'],
        body: { data: { x: '2' } },
      });
      expect(await send('Ignore')).toMatchObject({ status: 201, warnings: [], body: { data: { x: '2' } } });
    });

    guarantee('PUT is checked like POST', async (scene) => {
      await scene.done('POST', deployments(scene), { body: deployment('web') });
      const strict = await scene.call('PUT', deployments(scene, 'web'), {
        body: misspelt(),
        query: { fieldValidation: 'Strict' },
      });
      expect(strict.status).toBe(400);
      for (const sentence of UNKNOWN) expect(strict.body.message).toContain(sentence);
    });

    for (const [contentType, body] of [
      [MERGE_PATCH, { spec: { replica: 1 } }],
      [STRATEGIC_PATCH, { spec: { replica: 1 } }],
      [JSON_PATCH, [{ op: 'add', path: '/spec/replica', value: 1 }]],
    ] as const) {
      guarantee(
        `${contentType} is refused with an unknown field when Strict, and drops it otherwise`,
        async (scene) => {
          await scene.done('POST', deployments(scene), { body: deployment('web') });
          const patch = (fieldValidation: string) =>
            scene.call('PATCH', deployments(scene, 'web'), { contentType, body, query: { fieldValidation } });
          const strict = await patch('Strict');
          expect(strict).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
          expect(strict.body.message).toContain('strict decoding error: unknown field "spec.replica"');
          const warned = await patch('Warn');
          expect(warned).toMatchObject({ status: 200, warnings: ['unknown field "spec.replica"'] });
          expect(warned.body.spec).not.toHaveProperty('replica');
          expect(await patch('Ignore')).toMatchObject({ status: 200, warnings: [] });
        },
      );
    }

    guarantee('server-side apply refuses unknown fields, whatever the mode', async (scene) => {
      for (const fieldValidation of ['Strict', 'Ignore']) {
        const { status, body } = await scene.call('PATCH', deployments(scene, 'web'), {
          contentType: 'application/apply-patch+yaml',
          body: misspelt(),
          query: { fieldManager: 'one', fieldValidation },
        });
        expect(status, body.message).toBeGreaterThanOrEqual(400);
        expect(body.message).toContain('.spec.replica: field not declared in schema');
      }
    });

    guarantee('names are found although they differ in case, as unknown fields', async (scene) => {
      const body = { metadata: { name: 'a' }, Data: { x: '1' } };
      const { warnings, body: created } = await scene.done('POST', maps(scene), { body });
      expect(warnings).toEqual(['unknown field "Data"']);
      expect(created.data).toBeUndefined();
    });

    guarantee('null is no field', async (scene) => {
      const body = {
        metadata: { name: 'a', creationTimestamp: null, labels: null },
        data: null,
        binaryData: null,
      };
      const { warnings, body: created } = await scene.done('POST', maps(scene), {
        body,
        query: { fieldValidation: 'Strict' },
      });
      expect(warnings).toEqual([]);
      expect(created).not.toHaveProperty('data');
      expect(created.metadata).not.toHaveProperty('labels');
    });
  });
}
