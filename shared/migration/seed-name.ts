import { z } from 'zod';

const seated = z.object({
  spec: z.object({ seedName: z.string().nullish() }).nullish(),
  status: z.object({ seedName: z.string().nullish() }).nullish(),
});

/**
 * Name of the seed that the Shoot's control plane is on: while it moves from one to another, the one where it is now. Undefined
 * where the manifest names none, or is none.
 */
export function seedNameOf(shoot: unknown): string | undefined {
  const { spec, status } = seated.safeParse(shoot).data ?? {};
  return status?.seedName ?? spec?.seedName ?? undefined;
}
