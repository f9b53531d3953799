import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { getExpressionAst, parse } from './parser.ts';

/** A block's body as the parser gives it: literals as they are, everything else as the text of a template. */
export type Body = Readonly<Record<string, unknown>>;

const body = z.record(z.string(), z.unknown());
const named = z.record(z.string(), z.array(body));
const file = z.object({
  locals: z.array(body).default([]),
  variable: named.default({}),
  output: named.default({}),
  module: named.default({}),
  resource: z.record(z.string(), named).default({}),
  data: z.record(z.string(), named).default({}),
});

export interface Block {
  readonly type: string;
  readonly name: string;
  readonly file: string;
  readonly body: Body;
}

/** One folder of Terraform files, read as a whole. */
export interface Folder {
  readonly locals: ReadonlyMap<string, unknown>;
  readonly variables: ReadonlyMap<string, Body>;
  readonly resources: readonly Block[];
}

/** The configuration cannot be read at all. */
export class UnreadableConfiguration extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnreadableConfiguration';
  }
}

/**
 * Reads all `.tf` files of the folder with HashiCorp's own HCL parser (compiled to WebAssembly, `@cdktn/hcl2json`).
 *
 * @throws UnreadableConfiguration with file and line when one is no HCL, or there is none.
 */
export async function readFolder(path: string): Promise<Folder> {
  const files = namesIn(path).filter((name) => name.endsWith('.tf'));
  if (files.length === 0) throw new UnreadableConfiguration(`${path} holds no .tf file`);
  const contents = await Promise.all(
    files
      .toSorted()
      .map(async (name) => ({ name, content: await readHcl(name, readFileSync(join(path, name), 'utf8')) })),
  );
  return {
    locals: localsIn(contents),
    variables: new Map(
      contents.flatMap(({ content }) =>
        Object.entries(content.variable).flatMap(([name, [only]]) =>
          only === undefined ? [] : [[name, only]],
        ),
      ),
    ),
    resources: contents.flatMap(resourcesIn),
  };
}

interface ReadFile {
  readonly name: string;
  readonly content: z.output<typeof file>;
}

function localsIn(files: readonly ReadFile[]): ReadonlyMap<string, unknown> {
  const locals = new Map<string, unknown>();
  for (const { name, content } of files) {
    for (const [local, value] of content.locals.flatMap((each) => Object.entries(each))) {
      if (locals.has(local)) throw new UnreadableConfiguration(`${name}: local.${local} is there twice`);
      locals.set(local, value);
    }
  }
  return locals;
}

function resourcesIn({ name: file, content }: ReadFile): Block[] {
  return Object.entries(content.resource).flatMap(([type, byName]) =>
    Object.entries(byName).flatMap(([name, [only]]) =>
      only === undefined ? [] : [{ type, name, file, body: only }],
    ),
  );
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    throw new UnreadableConfiguration(`${path} cannot be read`, { cause: error });
  }
}

async function readHcl(name: string, text: string): Promise<z.output<typeof file>> {
  try {
    return file.parse(await parse(name, text));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UnreadableConfiguration(`${name} is not understood: ${why}`, { cause: error });
  }
}

/** A part of an expression. `meta` differs by type; what is used of it is read where it is used. */
export interface Syntax {
  readonly type: string;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly children: readonly Syntax[];
}

const syntax: z.ZodType<Syntax> = z.lazy(() =>
  z.object({
    type: z.string(),
    meta: z
      .record(z.string(), z.unknown())
      .nullish()
      .transform((meta) => meta ?? {}),
    children: z
      .array(syntax)
      .nullish()
      .transform((children) => children ?? []),
  }),
);

const parsed = new Map<string, Syntax>();

/** @throws UnreadableConfiguration */
export async function syntaxOf(expression: string): Promise<Syntax> {
  const before = parsed.get(expression);
  if (before !== undefined) return before;
  try {
    const read = syntax.parse(await getExpressionAst('expression.tf', expression));
    parsed.set(expression, read);
    return read;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UnreadableConfiguration(`the expression ${expression} is not understood: ${why}`, {
      cause: error,
    });
  }
}
