import type { Descriptor } from './descriptor.ts';

/** Names of methods by the full name of their service: `google.cloud.compute.v1.Routes` → `delete`, `insert`, `list`. */
export type MethodsByService = Readonly<Record<string, readonly string[]>>;

/** https://protobuf.dev/programming-guides/proto3/#scalar: types that no descriptor defines. */
const SCALARS = new Set(
  'double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes'.split(
    ' ',
  ),
);

/**
 * The part of a descriptor that calls of the given methods need: their services with these methods only, and every message and
 * enum that their requests and answers reach, with all fields. Each is left out or whole, so that no field of an answer gets lost.
 *
 * @throws Error for a service, method or type that the descriptor does not define.
 */
export function prunedTo(root: Descriptor, wanted: MethodsByService): Descriptor {
  const named = new Map(namesIn(root, ''));
  const kept = new Map<string, Descriptor>();
  const reached: string[] = [];
  for (const [service, names] of Object.entries(wanted)) {
    const definition = named.get(service);
    if (definition?.methods === undefined) throw new Error(`the descriptor defines no service ${service}`);
    const methods = Object.entries(definition.methods).filter(([name]) => names.includes(asCalled(name)));
    const missing = names.filter((name) => methods.every(([defined]) => asCalled(defined) !== name));
    if (missing.length > 0) throw new Error(`${service} has no method ${missing.join(', ')}`);
    kept.set(service, { ...definition, methods: Object.fromEntries(methods) });
    for (const [, { requestType, responseType }] of methods) {
      reached.push(resolved(named, requestType, service), resolved(named, responseType, service));
    }
  }
  for (let name = reached.pop(); name !== undefined; name = reached.pop()) {
    const definition = named.get(name);
    if (definition === undefined || kept.has(name)) continue;
    kept.set(name, definition);
    for (const { type } of Object.values(definition.fields ?? {})) {
      if (!SCALARS.has(type)) reached.push(resolved(named, type, name));
    }
  }
  return rebuilt(root, '', kept) ?? {};
}

/** Names of all methods that a descriptor defines, as a client calls them. */
export function methodsIn(root: Descriptor): MethodsByService {
  const services = [...namesIn(root, '')].flatMap(([name, { methods }]) =>
    methods === undefined ? [] : [[name, Object.keys(methods).map(asCalled)] as const],
  );
  return Object.fromEntries(services);
}

/** `AggregatedList` is called as `aggregatedList`. */
function asCalled(method: string): string {
  return `${method.charAt(0).toLowerCase()}${method.slice(1)}`;
}

function* namesIn({ nested = {} }: Descriptor, scope: string): Generator<readonly [string, Descriptor]> {
  for (const [name, definition] of Object.entries(nested)) {
    const full = scope === '' ? name : `${scope}.${name}`;
    yield [full, definition];
    yield* namesIn(definition, full);
  }
}

/** A name as protobuf looks it up: in the scope where it stands, then in each one around it. */
function resolved(named: ReadonlyMap<string, Descriptor>, type: string, where: string): string {
  if (type.startsWith('.')) return type.slice(1);
  for (let scope = where; ; scope = scope.slice(0, Math.max(0, scope.lastIndexOf('.')))) {
    const full = scope === '' ? type : `${scope}.${type}`;
    if (named.has(full)) return full;
    if (scope === '')
      throw new Error(`${where} names the type ${type}, which the descriptor does not define`);
  }
}

/** What is kept, in the namespaces around it; a message that only another one stands in is left as a namespace. */
function rebuilt(
  definition: Descriptor,
  name: string,
  kept: ReadonlyMap<string, Descriptor>,
): Descriptor | undefined {
  const nested = Object.entries(definition.nested ?? {}).flatMap(([child, node]) => {
    const rest = rebuilt(node, name === '' ? child : `${name}.${child}`, kept);
    return rest === undefined ? [] : [[child, rest] as const];
  });
  const whole = kept.get(name);
  if (whole === undefined && nested.length === 0) return undefined;
  const { nested: _, ...own } = whole ?? {};
  return nested.length === 0 ? own : { ...own, nested: Object.fromEntries(nested) };
}
