export { renderJson, reportJsonSchema } from './json.ts';
export { renderManifests } from './manifests.ts';
export { renderMarkdown } from './markdown.ts';
export * from './schema.ts';
export { renderTable } from './table.ts';
