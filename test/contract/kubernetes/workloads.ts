import { describe, expect } from 'vitest';
import { MERGE_PATCH } from './media-types.ts';
import { deployment, podSpecOf } from './objects.ts';
import type { Contract, Scene } from './under-test.ts';
import { causesOf } from './wire.ts';

const deployments = (scene: Scene, ...rest: string[]) => scene.path('apps/v1', 'deployments', ...rest);

export function workloadsContract({ guarantee }: Contract): void {
  const daemonSet = (name: string, podSpec: object = {}) => {
    const { metadata, spec } = deployment(name, podSpec);
    const { replicas: _none, ...rest } = spec;
    // Selects no node, so that it does not matter whether something would run it.
    const template = { ...rest.template, spec: { nodeSelector: { nowhere: 'true' }, ...rest.template.spec } };
    return { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata, spec: { ...rest, template } };
  };

  describe('what workloads may not be', () => {
    guarantee('a Deployment keeps the selector that it was created with', async (scene) => {
      const body = deployment('web');
      await scene.done('POST', deployments(scene), { body });
      const other = { matchLabels: { app: 'web', more: 'yes' } };
      const labels = { app: 'web', more: 'yes' };
      const template = { ...body.spec.template, metadata: { labels } };
      const answer = await scene.call('PUT', deployments(scene, 'web'), {
        body: { ...body, spec: { ...body.spec, selector: other, template } },
      });
      expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect(causesOf(answer)).toMatchObject([{ field: 'spec.selector', reason: 'FieldValueInvalid' }]);
      expect(answer.body.message).toMatch(
        /^Deployment\.apps "web" is invalid: spec\.selector: Invalid value: \{"matchLabels":\{"app":"web","more":"yes"\}\}: field is immutable$/,
      );
    });

    guarantee('selector and template labels have to fit', async (scene) => {
      const body = deployment('web');
      const template = { ...body.spec.template, metadata: { labels: { app: 'other' } } };
      const answer = await scene.call('POST', deployments(scene), {
        body: { ...body, spec: { ...body.spec, template } },
      });
      expect(answer.status).toBe(422);
      expect(causesOf(answer)).toEqual([
        {
          reason: 'FieldValueInvalid',
          field: 'spec.template.metadata.labels',
          message: 'Invalid value: {"app":"other"}: `selector` does not match template `labels`',
        },
      ]);
    });

    guarantee(
      'a Deployment without selector, template or containers names what is missing',
      async (scene) => {
        const answer = await scene.call('POST', deployments(scene), {
          body: { metadata: { name: 'web' }, spec: {} },
        });
        expect(answer.status).toBe(422);
        const fields = causesOf(answer).map(({ field }) => field);
        expect(fields).toContain('spec.selector');
        expect(fields).toContain('spec.template.spec.containers');
        expect(causesOf(answer).find(({ field }) => field === 'spec.selector')).toMatchObject({
          reason: 'FieldValueRequired',
          message: 'Required value',
        });
      },
    );

    guarantee('containers need a name each of its own, and an image', async (scene) => {
      const answer = await scene.call('POST', deployments(scene), {
        body: deployment('web', {
          containers: [{ name: 'c', image: 'i' }, { name: 'c', image: 'i' }, { name: 'd' }],
        }),
      });
      expect(answer.status).toBe(422);
      expect(causesOf(answer)).toEqual([
        {
          reason: 'FieldValueDuplicate',
          field: 'spec.template.spec.containers[1].name',
          message: 'Duplicate value: "c"',
        },
        {
          reason: 'FieldValueRequired',
          field: 'spec.template.spec.containers[2].image',
          message: 'Required value',
        },
      ]);
    });

    guarantee('a rollout may not forbid both surge and unavailability', async (scene) => {
      const body = deployment('web');
      const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } };
      const answer = await scene.call('POST', deployments(scene), {
        body: { ...body, spec: { ...body.spec, strategy } },
      });
      expect(answer.status).toBe(422);
      expect(causesOf(answer)).toMatchObject([
        {
          field: 'spec.strategy.rollingUpdate.maxUnavailable',
          message: 'Invalid value: 0: may not be 0 when `maxSurge` is 0',
        },
      ]);
    });

    guarantee('a DaemonSet is checked as a Deployment is', async (scene) => {
      const path = scene.path('apps/v1', 'daemonsets');
      const body = daemonSet('probe');
      const labels = { app: 'other' };
      const template = { ...body.spec.template, metadata: { labels } };
      const unfit = await scene.call('POST', path, { body: { ...body, spec: { ...body.spec, template } } });
      expect(causesOf(unfit)).toMatchObject([{ field: 'spec.template.metadata.labels' }]);
      await scene.done('POST', path, { body });
      const selector = { matchLabels: labels };
      const changed = await scene.call('PUT', `${path}/probe`, {
        body: { ...body, spec: { ...body.spec, selector, template } },
      });
      expect(changed.status).toBe(422);
      expect(causesOf(changed)).toMatchObject([{ field: 'spec.selector' }]);
      expect(changed.body.message).toContain('DaemonSet.apps "probe" is invalid: ');
      expect(changed.body.message).toContain('field is immutable');
    });

    guarantee('a template that always restarts is the only one a Deployment takes', async (scene) => {
      const answer = await scene.call('POST', deployments(scene), {
        body: deployment('web', { restartPolicy: 'Never' }),
      });
      expect(answer.status).toBe(422);
      expect(causesOf(answer)).toMatchObject([
        {
          field: 'spec.template.spec.restartPolicy',
          reason: 'FieldValueNotSupported',
          message: 'Unsupported value: "Never": supported values: "Always"',
        },
      ]);
    });

    guarantee('what a writer leaves out gets its default', async (scene) => {
      const { body } = await scene.done('POST', deployments(scene), {
        body: deployment('web', {
          containers: [{ name: 'c', image: 'example.com/c:1', ports: [{ containerPort: 80 }] }],
        }),
      });
      expect(body.metadata?.generation).toBe(1);
      expect(body.spec).toMatchObject({
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      });
      const spec = podSpecOf(body.spec);
      expect(spec).toMatchObject({
        restartPolicy: 'Always',
        dnsPolicy: 'ClusterFirst',
        schedulerName: 'default-scheduler',
        terminationGracePeriodSeconds: 30,
        securityContext: {},
      });
      expect(spec.containers[0]).toEqual({
        name: 'c',
        image: 'example.com/c:1',
        imagePullPolicy: 'IfNotPresent',
        ports: [{ containerPort: 80, protocol: 'TCP' }],
        resources: {},
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      });
    });
  });

  describe('what else the probe writes', () => {
    guarantee('a NetworkPolicy, a ConfigMap and a DaemonSet are taken strictly', async (scene) => {
      const query = { fieldValidation: 'Strict' };
      const policy = {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'probe' },
        spec: {
          podSelector: { matchLabels: { app: 'probe' } },
          ingress: [{ ports: [{ port: 8080, protocol: 'TCP' }] }],
          egress: [{}],
          policyTypes: ['Ingress', 'Egress'],
        },
      };
      const made = await scene.call('POST', scene.path('networking.k8s.io/v1', 'networkpolicies'), {
        body: policy,
        query,
      });
      expect(made.status, made.body.message).toBe(201);
      expect(made.body.metadata?.generation).toBe(1);
      const tolerations = [{ operator: 'Exists' }];
      const set = daemonSet('probe', {
        hostNetwork: false,
        tolerations,
        automountServiceAccountToken: false,
        volumes: [{ name: 'script', configMap: { name: 'probe' } }],
        containers: [{ name: 'c', image: 'i', volumeMounts: [{ name: 'script', mountPath: '/script' }] }],
      });
      const running = await scene.call('POST', scene.path('apps/v1', 'daemonsets'), { body: set, query });
      expect(running.status, running.body.message).toBe(201);
    });

    guarantee('a PriorityClass keeps its value', async (scene) => {
      const name = scene.unique('contract');
      const path = scene.path('scheduling.k8s.io/v1', 'priorityclasses');
      const body = {
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name },
        value: 5,
      };
      const made = await scene.done('POST', path, { body, query: { fieldValidation: 'Strict' } });
      expect(made.body).toMatchObject({ value: 5, preemptionPolicy: 'PreemptLowerPriority' });
      const answer = await scene.call('PATCH', `${path}/${name}`, {
        contentType: MERGE_PATCH,
        body: { value: 6 },
      });
      expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
      expect(causesOf(answer)).toMatchObject([{ field: 'value' }]);
    });

    guarantee('a volume that is mounted has to be there', async (scene) => {
      const containers = [{ name: 'c', image: 'i', volumeMounts: [{ name: 'none', mountPath: '/x' }] }];
      const answer = await scene.call('POST', deployments(scene), {
        body: deployment('web', { containers }),
      });
      expect(answer.status).toBe(422);
      expect(causesOf(answer)).toMatchObject([
        {
          field: 'spec.template.spec.containers[0].volumeMounts[0].name',
          reason: 'FieldValueNotFound',
          message: 'Not found: "none"',
        },
      ]);
    });

    guarantee('labels and ConfigMap keys have to be well-formed', async (scene) => {
      const path = scene.path('v1', 'configmaps');
      const labels = { app: 'no spaces' };
      const label = await scene.call('POST', path, { body: { metadata: { name: 'a', labels } } });
      expect(label.status).toBe(422);
      expect(causesOf(label)).toMatchObject([{ field: 'metadata.labels', reason: 'FieldValueInvalid' }]);
      const key = await scene.call('POST', path, {
        body: { metadata: { name: 'a' }, data: { 'no/slash': '' } },
      });
      expect(key.status).toBe(422);
      expect(causesOf(key)).toMatchObject([{ field: 'data[no/slash]', reason: 'FieldValueInvalid' }]);
    });
  });
}
