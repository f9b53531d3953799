import { z } from 'zod';
import { type AuditReport, reportSchema } from './schema.ts';

/** The report as JSON of a fixed shape, ending with a line break. */
export function renderJson(report: AuditReport): string {
  return `${JSON.stringify(reportSchema.parse(report), null, 2)}\n`;
}

/** The shape as a JSON Schema (2020-12). */
export function reportJsonSchema(): object {
  return z.toJSONSchema(reportSchema);
}
