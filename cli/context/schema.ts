import { z } from 'zod';
import { projectId } from '../../shared/engine/pause-target.ts';

const text = z.string().min(1).max(2_048);

/** Plain HTTP only on this very machine: an ID token goes along with every request. */
export const address = z
  .url({ protocol: /^https?$/, error: 'expected an address, https://…' })
  .max(2_048)
  .refine(isSafe, 'expected https, or http on 127.0.0.1, and neither user nor password')
  .transform((url) => url.replace(/\/+$/, ''));

/**
 * How this machine reaches cloud and clusters, by the names of the functions’ own settings (shared/runtime/settings.ts): for
 * plans that are made here, audits, and looks into the garden.
 */
export const accessSchema = z
  .strictObject({
    SHOOT_KUBECONFIG: text,
    SHOOT_KUBECONFIG_SECRET: text,
    PLAN_ACCESS: text,
    GARDEN_KUBECONFIG: text,
    GARDEN_KUBECONFIG_SECRET: text,
    SEED_KUBECONFIG: text,
    SEED_KUBECONFIG_SECRET: text,
    COMPUTE_ENDPOINT: text,
  })
  .partial();
export type AccessSettings = z.output<typeof accessSchema>;
export const ACCESS_NAMES = accessSchema.keyof().options;

const common = {
  access: accessSchema.optional(),
  infrastructureProject: projectId
    .optional()
    .describe('The GCP project of the shoots’ infrastructure, where it is not the functions’ own.'),
};

const apiSchema = z.strictObject({
  kind: z.literal('api'),
  status: address.describe('Address of the function `status`.'),
  operate: address.optional().describe('Address of the function `operate`; that of `status` when absent.'),
  idToken: z
    .enum(['google', 'none'], 'expected google or none')
    .optional()
    .describe('Whether requests bring a Google ID token; by default over https.'),
  impersonate: z
    .email('expected the address of a service account')
    .optional()
    .describe('The service account whose ID token gcloud is asked for.'),
  ...common,
});

const projectSchema = z.strictObject({
  kind: z.literal('project'),
  project: projectId.describe('Where Firestore and the topics are.'),
  operator: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Who acts; by default the account of gcloud or of the default credentials.'),
  ...common,
});

const contextSchema = z.discriminatedUnion(
  'kind',
  [apiSchema, projectSchema],
  'expected kind: api or project',
);
export type Context = z.output<typeof contextSchema>;

export const contextName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'expected a name of letters, digits, ".", "_" and "-"');

/** The file `contexts.yaml`. */
export const contextsSchema = z.strictObject({
  current: contextName.optional(),
  contexts: z.record(contextName, contextSchema).default({}),
});
export type Contexts = z.output<typeof contextsSchema>;

function isSafe(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
}
