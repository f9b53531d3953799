import { createRequire } from 'node:module';

/** What is used of the parser. What its answers hold is looked at where they are used. */
interface Parser {
  /** @throws Error with file, line and column when the text is no HCL. */
  parse(filename: string, contents: string): Promise<unknown>;
  /** The syntax tree of one expression, which needs no quotes; null when there is none. */
  getExpressionAst(filename: string, expression: string): Promise<unknown>;
}

/**
 * HashiCorp's own, compiled to WebAssembly. Not imported: its declarations bring the browser's globals with them, which would
 * be everybody's then, and some of them contradict Node's.
 */
export const { parse, getExpressionAst } = createRequire(import.meta.url)('@cdktn/hcl2json') as Parser;
