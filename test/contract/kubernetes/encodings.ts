import { describe, expect } from 'vitest';
import { PROTOBUF } from './media-types.ts';
import type { Contract, Scene } from './under-test.ts';

const maps = (scene: Scene, ...rest: string[]) => scene.path('v1', 'configmaps', ...rest);

/** `runtime.Unknown` with a ConfigMap in it, as `kubectl create configmap` sends it. */
function protobufConfigMap(name: string, data: Readonly<Record<string, string>>): Uint8Array {
  const field = (number: number, bytes: Uint8Array) =>
    Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
  const text = (number: number, value: string) => field(number, Buffer.from(value));
  const entries = Object.entries(data).map(([key, value]) =>
    field(2, Buffer.concat([text(1, key), text(2, value)])),
  );
  const configMap = Buffer.concat([field(1, text(1, name)), ...entries]);
  const type = Buffer.concat([text(1, 'v1'), text(2, 'ConfigMap')]);
  return Buffer.concat([Buffer.from('k8s\0'), field(1, type), field(2, configMap)]);
}

export function encodingsContract({ guarantee, guaranteeUnless }: Contract): void {
  describe('encodings', () => {
    guarantee('protobuf is asked for and, where JSON will do too, an answer comes', async (scene) => {
      await scene.done('POST', maps(scene), { body: { metadata: { name: 'a' }, data: { x: '1' } } });
      const answer = await scene.call('GET', maps(scene, 'a'), { accept: `${PROTOBUF},application/json` });
      expect(answer.status).toBe(200);
      expect([PROTOBUF, 'application/json']).toContain(answer.headers['content-type']);
    });

    guaranteeUnless('protobuf')('protobuf alone is answered in protobuf', async (scene) => {
      await scene.done('POST', maps(scene), { body: { metadata: { name: 'a' }, data: { x: '1' } } });
      const answer = await scene.call('GET', maps(scene, 'a'), { accept: PROTOBUF });
      expect(answer.headers['content-type']).toBe(PROTOBUF);
      expect(answer.bytes.subarray(0, 4).toString()).toBe('k8s\0');
    });

    guarantee('an object may be sent as protobuf', async (scene) => {
      const body = protobufConfigMap('a', { x: '1' });
      const { status } = await scene.call('POST', maps(scene), { body, contentType: PROTOBUF });
      expect(status).toBe(201);
      expect((await scene.done('GET', maps(scene, 'a'))).body.data).toEqual({ x: '1' });
    });

    guarantee('custom resources come in JSON only, whatever else is accepted beside it', async (scene) => {
      const path = scene.path('core.gardener.cloud/v1beta1', 'shoots');
      const alone = await scene.call('GET', path, { accept: PROTOBUF });
      expect(alone).toMatchObject({ status: 406 });
      const either = await scene.call('GET', path, { accept: `${PROTOBUF},application/json` });
      expect(either).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    });

    guarantee('an object may be sent as YAML and is answered in JSON', async (scene) => {
      const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: "1"\n';
      const answer = await scene.call('POST', maps(scene), { body, contentType: 'application/yaml' });
      expect(answer).toMatchObject({ status: 201, body: { data: { x: '1' } } });
    });

    guarantee('an answer that nobody can give is 406', async (scene) => {
      const answer = await scene.call('GET', maps(scene), { accept: 'text/html' });
      expect(answer).toMatchObject({ status: 406, body: { reason: 'NotAcceptable' } });
    });

    guarantee('a table has a row for each object', async (scene) => {
      await scene.done('POST', maps(scene), {
        body: { metadata: { name: 'a', labels: { own: '' } }, data: { x: '1' } },
      });
      const { body } = await scene.done('GET', maps(scene), {
        accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
        query: { labelSelector: 'own' },
      });
      expect(body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
      expect(body).toMatchObject({
        columnDefinitions: [{ name: 'Name' }, { name: 'Data' }, { name: 'Age' }],
        rows: [{ cells: ['a', 1, expect.any(String)], object: { kind: 'PartialObjectMetadata' } }],
      });
    });

    guarantee('a list of metadata only has no content', async (scene) => {
      await scene.done('POST', maps(scene), {
        body: { metadata: { name: 'a', labels: { own: '' } }, data: { x: '1' } },
      });
      const { body } = await scene.done('GET', maps(scene), {
        accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json',
        query: { labelSelector: 'own' },
      });
      expect(body).toMatchObject({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' });
      expect(body.items?.[0]).not.toHaveProperty('data');
      expect(body.items?.[0]?.metadata.name).toBe('a');
    });

    guarantee('malformed JSON, another kind and an empty body are refused', async (scene) => {
      const malformed = await scene.call('POST', maps(scene), { body: '{"metadata":' });
      expect(malformed).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
      const kind = await scene.call('POST', maps(scene), {
        body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } },
      });
      expect(kind).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
      expect(kind.body.message).toContain('cannot be handled as a ConfigMap');
      const list = await scene.call('POST', maps(scene), { body: [] });
      expect(list.status).toBe(400);
    });
  });
}
