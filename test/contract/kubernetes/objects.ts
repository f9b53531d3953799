import { z } from 'zod';

const IMAGE = 'example.com/c:1';

/** A Deployment that asks for no Pods, so that it does not matter whether something would run them. */
export function deployment(name: string, podSpec: object = {}) {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'c', image: IMAGE }], ...podSpec },
      },
    },
  };
}

/** A Pod for a node that is not there: nothing starts it. */
export function pod(name: string, nodeName: string, labels: Readonly<Record<string, string>> = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: { nodeName, containers: [{ name: 'c', image: IMAGE }] },
  };
}

const named = z.object({ name: z.string(), value: z.string().optional() }).loose();
const podSpec = z
  .object({
    containers: z.array(
      z
        .object({
          name: z.string(),
          image: z.string().optional(),
          env: z.array(named).optional(),
          ports: z.array(z.object({ containerPort: z.number() }).loose()).optional(),
        })
        .loose(),
    ),
  })
  .loose();
const template = z.object({ template: z.object({ spec: podSpec }) });

/** The Pod spec within a workload's spec; without containers when there is none. */
export function podSpecOf(spec: unknown): z.infer<typeof podSpec> {
  return template.safeParse(spec).data?.template.spec ?? { containers: [] };
}
