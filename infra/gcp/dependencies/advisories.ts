import { z } from 'zod';

/** What `npm audit --json` says about what is installed. */
export type Audit =
  | { readonly kind: 'audited'; readonly packages: number; readonly advisories: readonly Advisory[] }
  /** The registry gave no answer, or has none to give. */
  | { readonly kind: 'not audited'; readonly why: string };

export interface Advisory {
  readonly name: string;
  readonly severity: string;
  readonly title: string;
  readonly url: string;
}

const reportSchema = z.object({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(
    z.string(),
    z.looseObject({
      /** An advisory, or the name of the package through which this one has it. */
      via: z.array(
        z.union([
          z.string(),
          z.looseObject({ name: z.string(), severity: z.string(), title: z.string(), url: z.string() }),
        ]),
      ),
    }),
  ),
  metadata: z.object({ dependencies: z.object({ prod: z.number() }) }),
});

const refusalSchema = z.object({
  message: z.string().optional(),
  error: z.object({ summary: z.string().optional() }).optional(),
});

/** Reads the report. Never throws: whatever is no report means that nothing was audited. */
export function auditIn(report: string): Audit {
  const json = jsonIn(report);
  const parsed = reportSchema.safeParse(json);
  if (!parsed.success) {
    const { data } = refusalSchema.safeParse(json);
    const why = data?.message || data?.error?.summary || 'npm gave no report';
    return { kind: 'not audited', why: why.slice(0, 300) };
  }
  const { vulnerabilities, metadata } = parsed.data;
  const found = new Map<string, Advisory>();
  for (const via of Object.values(vulnerabilities).flatMap((each) => each.via)) {
    if (typeof via === 'string') continue;
    const { name, severity, title, url } = via;
    found.set(`${name} ${url}`, { name, severity, title, url });
  }
  return { kind: 'audited', packages: metadata.dependencies.prod, advisories: [...found.values()] };
}

/** For people: a line for each advisory, and one at the end. */
export function linesOf(audit: Audit): readonly string[] {
  if (audit.kind === 'not audited') {
    return [
      `skipped: the dependencies were not audited (${audit.why}); run npm run audit where npm’s registry is reached`,
    ];
  }
  const { packages, advisories } = audit;
  const each = advisories.map(({ name, severity, title, url }) => `${severity}: ${name}: ${title} (${url})`);
  return [...each, `${packages} packages, ${advisories.length} advisories`];
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
