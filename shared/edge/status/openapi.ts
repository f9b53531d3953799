import { z } from 'zod';
import { problemSchema } from '../http/problem.ts';
import type { AnswerDescription, Route } from '../http/route.ts';

type Described = Pick<Route<never>, 'method' | 'path' | 'summary' | 'params' | 'query' | 'body' | 'answer'>;

/** The API of both functions in the form of OpenAPI 3.1, made of the very schemas that requests and answers go by. */
export function describeApi(functions: {
  readonly status: readonly Described[];
  readonly operate: readonly Described[];
}): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [tag, routes] of Object.entries(functions)) {
    for (const route of routes) {
      const path = paths[route.path] ?? {};
      path[route.method.toLowerCase()] = operation(tag, route);
      paths[route.path] = path;
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'shoot-dualstack',
      version: '1',
      description:
        'How the migrations of shoots from IPv4 to dual-stack stand, and what operators do about them. Reading and acting are functions, and permissions, of their own.',
    },
    tags: [
      { name: 'status', description: 'Reads only.' },
      {
        name: 'operate',
        description:
          'Acts. Every request needs the header X-Requested-By: shoot-dualstack, and proves who the caller is.',
      },
    ],
    paths,
    components: { schemas: { Problem: schemaOf(problemSchema) } },
  };
}

function operation(tag: string, { summary, params, query, body, answer }: Described): object {
  return {
    tags: [tag],
    summary,
    parameters: [...parameters('path', params), ...parameters('query', query)],
    ...(body && {
      requestBody: { required: false, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    }),
    responses: {
      [answer.kind === 'json' ? answer.status : 200]: response(answer),
      default: {
        description: 'Why it is not answered as asked.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function response(answer: AnswerDescription): object {
  const { description } = answer;
  if (answer.kind === 'json') {
    return { description, content: { 'application/json': { schema: schemaOf(answer.schema) } } };
  }
  const events = Object.entries(answer.events).map(([name, schema]) => [name, schemaOf(schema)]);
  return {
    description: `${description} \`x-events\` has the schema of each event’s data.`,
    content: { 'text/event-stream': { schema: { type: 'string' }, 'x-events': Object.fromEntries(events) } },
  };
}

function parameters(place: 'path' | 'query', schema: z.ZodObject): object[] {
  return Object.entries(schema.shape).map(([name, each]) => {
    const described = schemaOf(z.object({ [name]: each }), 'input');
    const { properties, required } = described;
    return {
      name,
      in: place,
      required: place === 'path' || required?.includes(name) === true,
      schema: properties?.[name] ?? {},
    };
  });
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'output') {
  // Each description stands where it is used; what the dialect is, OpenAPI 3.1 says once.
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io });
  return described;
}
