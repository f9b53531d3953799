import { z } from 'zod';
import { wasAnswered } from '../../kubernetes/client/answers.ts';
import type { ApiServer } from '../../kubernetes/client/api-server.ts';
import { allPages } from '../../kubernetes/client/pages.ts';
import { ClusterRefused, ClusterUnavailable } from '../../kubernetes/errors.ts';
import type { AuditedCluster, ListAnswer } from '../cluster.ts';
import type { RawRequests } from './raw-requests.ts';

const pageSchema = z.object({
  items: z.array(z.unknown()).nullish(),
  metadata: z.object({ continue: z.string().nullish() }).nullish(),
});

const nameSchema = z.object({
  metadata: z.object({ namespace: z.string().nullish(), name: z.string() }),
});

/** An object, understood or not. In an object of its own, because pages are refused that hold anything else. */
interface Read<Item> {
  readonly item?: Item;
  readonly strange?: { readonly name: string; readonly why: string };
}

/** Lists page by page, and keeps of each object what `understand` makes of it before the next page comes. */
export function listing(api: ApiServer, requests: RawRequests): AuditedCluster['list'] {
  return async <Item>(
    { name, path }: { readonly name: string; readonly path: string },
    understand: (raw: unknown) => Item,
  ): Promise<ListAnswer<Item>> => {
    const call = `list ${name}`;
    try {
      const read = await allPages<Read<Item>>(api, call, async ({ limit, _continue }, options) => {
        const query = {
          limit: String(limit),
          ...(_continue !== undefined && { continue: _continue }),
        };
        const page = pageSchema.parse(await requests.send({ method: 'GET', path, query }, options));
        const next = page.metadata?.continue;
        return {
          items: (page.items ?? []).map((raw) => readWith(understand, raw)),
          ...(next && { metadata: { _continue: next } }),
        };
      });
      return {
        kind: 'listed',
        items: read.flatMap(({ item }) => item ?? []),
        strange: read.flatMap(({ strange }) => strange ?? []),
      };
    } catch (error) {
      if (wasAnswered(error, 404)) return { kind: 'not served' };
      if (error instanceof ClusterRefused || error instanceof ClusterUnavailable) {
        return { kind: 'not to be had', why: error.message };
      }
      throw error;
    }
  };
}

function readWith<Item>(understand: (raw: unknown) => Item, raw: unknown): Read<Item> {
  try {
    return { item: understand(raw) };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const { data } = nameSchema.safeParse(raw);
    const { namespace, name } = data?.metadata ?? { name: 'an object without a name' };
    return {
      strange: {
        name: namespace ? `${namespace}/${name}` : name,
        why: z.prettifyError(error).replaceAll(/\s*\n\s*/g, ' '),
      },
    };
  }
}
