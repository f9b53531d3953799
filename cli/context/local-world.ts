import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CommandError } from '../exit-codes.ts';
import { jsonOrNothing } from '../json.ts';
import { accessSchema, address } from './schema.ts';

/** What `npm start -- --serve` writes down about the world that it runs (infra/local/world/notice.ts). */
const noticeSchema = z.object({
  url: address,
  pid: z.int().positive(),
  project: z.string(),
  access: accessSchema,
});
export type LocalWorld = z.output<typeof noticeSchema>;

const NOTICE = fileURLToPath(new URL('../../.local/world.json', import.meta.url));

/** The world that runs in this clone. @throws CommandError when there is none */
export async function localWorld(notice = NOTICE): Promise<LocalWorld> {
  const none = (why: string) =>
    new CommandError(
      'unreachable',
      `${why} Start one in another terminal (npm start -- --serve), or say where the functions are: --context, --status-url or --gcp-project.`,
    );
  let text: string;
  try {
    text = await readFile(notice, 'utf8');
  } catch {
    throw none('The context is local, and no local world is running here.');
  }
  const read = noticeSchema.safeParse(jsonOrNothing(text));
  if (!read.success) throw none(`The context is local, and ${notice} is none of this version.`);
  if (!isAlive(read.data.pid))
    throw none(`The context is local, and the local world has ended (process ${read.data.pid}).`);
  return read.data;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
