import { z } from 'zod';

/**
 * A node of protobufjs's JSON form of `.proto` files (protobufjs, `INamespace`, `IType`, `IService`): a namespace, a message
 * with its fields, a service with its methods, or an enum. What else it says is kept as it is.
 */
export interface Descriptor {
  readonly nested?: Readonly<Record<string, Descriptor>> | undefined;
  readonly fields?: Readonly<Record<string, Field>> | undefined;
  readonly methods?: Readonly<Record<string, Method>> | undefined;
  readonly [other: string]: unknown;
}

export interface Field {
  /** A scalar's name, or the message or enum relative to where it stands; absolute with a leading dot. */
  readonly type: string;
  readonly [other: string]: unknown;
}

export interface Method {
  readonly requestType: string;
  readonly responseType: string;
  readonly [other: string]: unknown;
}

const fieldSchema: z.ZodType<Field> = z.looseObject({ type: z.string() });
const methodSchema: z.ZodType<Method> = z.looseObject({ requestType: z.string(), responseType: z.string() });
const schema: z.ZodType<Descriptor> = z.lazy(() =>
  z.looseObject({
    nested: z.record(z.string(), schema).optional(),
    fields: z.record(z.string(), fieldSchema).optional(),
    methods: z.record(z.string(), methodSchema).optional(),
  }),
);

/** @throws ZodError for JSON that is no descriptor. */
export function parseDescriptor(json: string): Descriptor {
  return schema.parse(JSON.parse(json));
}
