import type { Finding } from '../finding.ts';
import type { Subject } from './subject.ts';

/** A type is an expression, and the parser gives it as the template that it would be. */
const BOOL = `\${bool}`;

/** Whoever fills in a variable is told what it means, and when it cannot be right. */
export function compareVariables({ configuration }: Subject): Finding[] {
  return [...configuration.variables].flatMap(([name, { description, type, validation }]) => {
    const problems = [
      ...(description === undefined ? ['has no description'] : []),
      ...(type === undefined ? ['has no type'] : []),
      // Of a switch there is nothing more to say than its type.
      ...(validation === undefined && type !== BOOL ? ['has no validation'] : []),
    ];
    return problems.map((message) => ({ check: 'variables', subject: name, message }));
  });
}
