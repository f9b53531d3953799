import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scaledClock } from '../../infra/local/clock.ts';
import type { KubernetesSimulator } from '../../infra/local/cluster/index.ts';
import { nodes, startKubernetesSimulator } from '../../infra/local/cluster/index.ts';
import { systemClock } from '../../shared/clock.ts';
import { exampleObjects, SERVICE_RANGE } from './small-cluster.ts';

const installed = spawnSync('kubectl', ['version', '--client']).status === 0;
const title = installed ? 'kubectl' : 'kubectl (skipped: no kubectl on the PATH)';
const run = promisify(execFile);

describe.runIf(installed)(title, () => {
  let simulator: KubernetesSimulator;
  let folder: string;

  beforeAll(async () => {
    const now = systemClock.now();
    simulator = await startKubernetesSimulator({
      clock: scaledClock({ origin: now, wallOrigin: now, speed: 100 }),
      objects: exampleObjects(),
      serviceClusterIpRanges: [SERVICE_RANGE],
    });
    folder = mkdtempSync(join(tmpdir(), 'kubectl-test-'));
    writeFileSync(join(folder, 'kubeconfig'), simulator.kubeconfig);
  });

  afterAll(async () => {
    await simulator.stop();
    rmSync(folder, { recursive: true });
  });

  const environment = () => ({ ...process.env, KUBECONFIG: join(folder, 'kubeconfig'), HOME: folder });
  const kubectl = async (...args: string[]): Promise<string> => {
    const { stdout } = await run('kubectl', args, { env: environment() });
    return stdout;
  };
  const header = (table: string) =>
    table
      .split('\n')[0]
      ?.split(/\s{2,}/)
      .map((cell) => cell.trim());
  const manifest = (name: string, text: string) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };

  test('get shows the columns people know', async () => {
    const nodeTable = await kubectl('get', 'nodes');
    expect(header(nodeTable)).toEqual(['NAME', 'STATUS', 'ROLES', 'AGE', 'VERSION']);
    expect(nodeTable).toMatch(/worker-z1-\S+\s+Ready\s+<none>\s+\S+\s+v1\.34\.2/);
    expect(header(await kubectl('get', 'po', '-n', 'shop'))).toEqual([
      'NAME',
      'READY',
      'STATUS',
      'RESTARTS',
      'AGE',
    ]);
    const wide = await kubectl('get', 'pods', '-n', 'shop', '-o', 'wide');
    expect(header(wide)?.slice(5, 7)).toEqual(['IP', 'NODE']);
    expect(wide).toMatch(/1\/1\s+Running\s+0\s+\S+\s+100\.96\.\d+\.\d+\s+shoot--core--api-worker/);
    expect(await kubectl('get', 'svc', '-n', 'kube-system')).toMatch(
      /kube-dns\s+ClusterIP\s+100\.64\.0\.10\s+<none>\s+53\/UDP,53\/TCP/,
    );
    expect(await kubectl('get', 'deploy,ds', '-A')).toMatch(
      /daemonset\.apps\/calico-node\s+3\s+3\s+3\s+3\s+3/,
    );
    expect(await kubectl('get', 'all', '-n', 'shop')).toContain('replicaset.apps/web-');
  });

  test('describe knows nodes, Pods and Services', async () => {
    const name = (await kubectl('get', 'nodes', '-o', 'name')).split('\n')[0]?.slice('node/'.length) ?? '';
    const node = await kubectl('describe', 'node', name);
    expect(node).toMatch(/PodCIDRs:\s+100\.96\.\d+\.0\/24/);
    expect(node).toContain('calico-node-');
    const pod = await kubectl('describe', 'pod', '-n', 'kube-system', '-l', 'k8s-app=kube-dns');
    expect(pod).toMatch(/Controlled By:\s+ReplicaSet\/coredns-/);
    const service = await kubectl('describe', 'service', '-n', 'kube-system', 'kube-dns');
    expect(service).toMatch(/IP Family Policy:\s+SingleStack/);
    expect(service).toMatch(/Endpoints:\s+100\.96\.\d+\.\d+:8053/);
  });

  test.each([
    ['strategic', '{"metadata":{"annotations":{"by":"strategic"}}}'],
    ['merge', '{"metadata":{"annotations":{"by":"merge"}}}'],
    ['json', '[{"op":"add","path":"/metadata/annotations","value":{"by":"json"}}]'],
  ])('patch --type=%s', async (type, patch) => {
    expect(
      await kubectl('patch', 'cm', 'shoot-info', '-n', 'kube-system', `--type=${type}`, '-p', patch),
    ).toBe('configmap/shoot-info patched\n');
    expect(
      await kubectl(
        'get',
        'cm',
        'shoot-info',
        '-n',
        'kube-system',
        '-o',
        'jsonpath={.metadata.annotations.by}',
      ),
    ).toBe(type);
  });

  test('rollout restart and status see a Deployment and a DaemonSet through', async () => {
    for (const [kind, namespace] of [
      ['deploy/web', 'shop'],
      ['ds/kube-proxy', 'kube-system'],
    ] as const) {
      expect(await kubectl('rollout', 'restart', kind, '-n', namespace)).toContain('restarted');
      expect(await kubectl('rollout', 'status', kind, '-n', namespace, '--timeout=60s')).toContain(
        'successfully rolled out',
      );
    }
  });

  test('a refused patch is said in the API’s words', async () => {
    const { metadata } = (await simulator.client.list(nodes)).items[0] ?? {};
    const patch = '{"spec":{"podCIDRs":["10.0.0.0/24"]}}';
    const attempt = kubectl('patch', 'node', metadata?.name ?? '', '--type=merge', '-p', patch);
    await expect(attempt).rejects.toThrow('node updates may not change podCIDR except from "" to valid');
  });

  test('apply creates and changes, client-side with validation and server-side', async () => {
    const text = (replicas: number) =>
      [
        'apiVersion: apps/v1',
        'kind: Deployment',
        'metadata: {name: applied, namespace: shop}',
        'spec:',
        `  replicas: ${replicas}`,
        '  selector: {matchLabels: {app: applied}}',
        '  template:',
        '    metadata: {labels: {app: applied}}',
        '    spec: {containers: [{name: c, image: "example.com/c:1"}]}',
      ].join('\n');
    expect(await kubectl('apply', '-f', manifest('a.yaml', text(1)))).toContain('created');
    expect(await kubectl('apply', '-f', manifest('a.yaml', text(1)))).toContain('unchanged');
    expect(await kubectl('apply', '-f', manifest('a.yaml', text(2)))).toContain('configured');
    expect(
      await kubectl('apply', '--server-side', '--force-conflicts', '-f', manifest('a.yaml', text(3))),
    ).toContain('serverside-applied');
    expect(await kubectl('get', 'deploy', 'applied', '-n', 'shop', '-o', 'jsonpath={.spec.replicas}')).toBe(
      '3',
    );
    expect(
      await kubectl(
        'apply',
        '-f',
        manifest(
          'pool.yaml',
          'apiVersion: crd.projectcalico.org/v1\nkind: IPPool\nmetadata: {name: default-ipv6-ippool}\nspec: {cidr: "2001:db8::/64"}\n',
        ),
      ),
    ).toContain('created');
    expect(await kubectl('delete', '-f', manifest('a.yaml', text(1)))).toContain('deleted');
  });

  test('create makes what its generators send as protobuf', async () => {
    const create = (...args: string[]) => kubectl('create', ...args, '-n', 'shop');
    expect(await create('configmap', 'made', '--from-literal=a=b')).toBe('configmap/made created\n');
    expect(await kubectl('get', 'cm', 'made', '-n', 'shop', '-o', 'jsonpath={.data}')).toBe('{"a":"b"}');
    expect(await create('secret', 'generic', 'made', '--from-literal=a=b')).toContain('created');
    expect(await kubectl('get', 'secret', 'made', '-n', 'shop', '-o', 'jsonpath={.data.a}')).toBe('Yg==');
    expect(
      await create('deployment', 'made', '--image=example.com/x:1', '--replicas=0', '--port=80'),
    ).toContain('created');
    const made = await kubectl('get', 'deploy', 'made', '-n', 'shop', '-o', 'jsonpath={.spec}');
    expect(JSON.parse(made)).toMatchObject({
      replicas: 0,
      selector: { matchLabels: { app: 'made' } },
      template: { spec: { containers: [{ image: 'example.com/x:1', ports: [{ containerPort: 80 }] }] } },
    });
    expect(await create('service', 'nodeport', 'made', '--tcp=80:http')).toContain('created');
    expect(
      await kubectl('get', 'svc', 'made', '-n', 'shop', '-o', 'jsonpath={.spec.ports[0].targetPort}'),
    ).toBe('http');
    expect(await create('pdb', 'made', '--selector=app=made', '--min-available=50%')).toContain('created');
    expect(await kubectl('create', 'namespace', 'made')).toBe('namespace/made created\n');
  });

  test('scale, and wait for the result', async () => {
    expect(await kubectl('scale', 'deploy/coredns', '-n', 'kube-system', '--replicas=3')).toContain('scaled');
    await kubectl(
      'wait',
      'deploy/coredns',
      '-n',
      'kube-system',
      '--for=jsonpath={.status.availableReplicas}=3',
      '--timeout=30s',
    );
  });

  test('get -w prints changes as they come', async () => {
    const watch = spawn('kubectl', ['get', 'cm', '-n', 'shop', '-w'], { env: environment() });
    try {
      let seen = '';
      watch.stdout.on('data', (chunk) => {
        seen += chunk;
      });
      const created = manifest(
        'cm.yaml',
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: watched, namespace: shop}\ndata: {a: b}\n',
      );
      expect(await kubectl('create', '-f', created)).toContain('created');
      await expect.poll(() => seen, { timeout: 10_000 }).toMatch(/watched\s+1\s/);
      await kubectl('delete', 'configmap', 'watched', '-n', 'shop');
    } finally {
      watch.kill();
    }
  });

  test('drain empties a node within the budget, uncordon takes it back', async () => {
    const name = (await kubectl('get', 'nodes', '-o', 'name')).split('\n')[1]?.slice('node/'.length) ?? '';
    await kubectl('drain', name, '--ignore-daemonsets', '--timeout=60s');
    expect(await kubectl('get', 'node', name)).toContain('Ready,SchedulingDisabled');
    const left = await kubectl(
      'get',
      'pods',
      '-A',
      '--field-selector',
      `spec.nodeName=${name}`,
      '-o',
      'name',
    );
    expect(
      left
        .trim()
        .split('\n')
        .every((pod) => /calico-node|kube-proxy/.test(pod) || pod.includes('cloud-controller')),
    ).toBe(true);
    expect(await kubectl('uncordon', name)).toContain('uncordoned');
  });

  test('delete waits until the object is gone', async () => {
    expect(await kubectl('delete', 'pods', '-n', 'shop', '-l', 'app=web', '--wait=true')).toContain(
      'deleted',
    );
    expect(await kubectl('delete', 'node', '--all', '--dry-run=server')).toContain(
      'deleted (server dry run)',
    );
    expect((await kubectl('get', 'nodes', '-o', 'name')).trim().split('\n')).toHaveLength(3);
  });
});
