import type { Browser } from 'playwright-core';
import { type PageFigures, spreadOf, type Update } from './figures.ts';
import { mainThreadOf, type Opened, open } from './measure.ts';
import type { StandIn } from './stand-in.ts';

/** A page that shows so many of something, and how to change them. */
export interface PageCase {
  /** As it is called in the table, e.g. `fleet`. */
  readonly page: string;
  readonly count: number;
  /** Of which it shows so many, e.g. `shoots`. */
  readonly what: string;
  /** As many as change at once. */
  readonly batch: number;
  /** After the URL of the stand-in. */
  readonly address: string;
  /** Holds when all of them stand there. */
  readonly complete: string;
  /** Measures an update of so many of them. */
  readonly change: (opened: Opened, what: string, changed: number) => Promise<Update>;
  readonly naive: Naive;
}

/** The simplest thing that works: all of it comes again, and all of it is made again. */
interface Naive {
  /** What the page makes of them, e.g. `rows`. */
  readonly made: string;
  readonly items: () => readonly object[];
  /** Statements that make them anew of the array `items` and put them into the page. */
  readonly script: string;
}

/** The page opened on the stand-in, and its updates beside making everything anew. */
export async function pageCase(
  browser: Browser,
  api: StandIn,
  { page, count, what, batch, address, complete, change, naive }: PageCase,
  runs: number,
): Promise<PageFigures> {
  await api.start();
  try {
    const url = `${api.url}${address}`;
    const { opening, opened } = await open(browser, `${page}, ${count} ${what}`, url, { runs, complete });
    const some = Math.min(batch, count);
    const updates = [
      await change(opened, `${some} of ${count} ${what} change`, some),
      await change(opened, `all ${count} ${what} change`, count),
      await measureNaive(`reference: all ${count} ${naive.made} made anew`, opened, naive, runs),
    ];
    await opened.page.context().close();
    return { openings: [opening], updates };
  } finally {
    await api.stop();
  }
}

/** So many updates, after one that is not counted. */
export async function updateOf(
  what: string,
  runs: number,
  once: (run: number) => Promise<number>,
  { reference = false }: { readonly reference?: boolean } = {},
): Promise<Update> {
  const times: number[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const took = await once(run);
    if (run > 0) times.push(took);
  }
  return { what, mainThread: spreadOf(times), reference };
}

async function measureNaive(
  what: string,
  opened: Opened,
  { items, script }: Naive,
  runs: number,
): Promise<Update> {
  await opened.page.evaluate(`
    window.makeAnew = (text) => {
      const items = JSON.parse(text);
      ${script}
      window.madeAnew = (window.madeAnew ?? 0) + 1;
    };
  `);
  const text = JSON.stringify(JSON.stringify(items()));
  const once = async (run: number) => {
    const act = async () => void (await opened.page.evaluate(`makeAnew(${text})`));
    return await mainThreadOf(opened, act, `window.madeAnew > ${run}`);
  };
  return await updateOf(what, runs, once, { reference: true });
}
