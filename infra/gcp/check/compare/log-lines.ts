import { sourceFiles } from '../code/sources.ts';
import type { Finding } from '../finding.ts';
import { resourcesOf, type Subject, textsIn } from './subject.ts';

/** What a metric counts is a line that the code writes, word for word, and its labels are fields of some line. */
export function compareLogLines({ root, configuration }: Subject): Finding[] {
  const code = [...sourceFiles(root, ['shared', 'functions']).values()].join('\n');
  return resourcesOf(configuration, 'google_logging_metric').flatMap(({ attributes, address }) => {
    const filter = textsIn(attributes.filter).join();
    const lines = [...filter.matchAll(/jsonPayload\.message="([^"]+)"/g)].flatMap(([, line]) => line ?? []);
    const fields = [...textsIn(attributes.label_extractors), filter].flatMap((text) =>
      [...text.matchAll(/jsonPayload\.(\w+)/g)].flatMap(([, field]) => field ?? []),
    );
    const problems = [
      ...(lines.length === 0 ? ['counts no line of the functions'] : []),
      ...lines
        .filter((line) => !code.includes(`'${line}'`))
        .map((line) => `no code writes the line "${line}"`),
      ...fields
        .filter((field) => !new RegExp(`\\b${field}\\b`).test(code))
        .map((field) => `no line has a field ${field}`),
    ];
    return problems.map((message) => ({ check: 'log lines', subject: address, message }));
  });
}
