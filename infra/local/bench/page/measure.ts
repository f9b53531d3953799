import type { Browser, CDPSession, Page } from 'playwright-core';
import { type Opening, spreadOf } from './figures.ts';

const VIEWPORT = { width: 1280, height: 900 };

/** An open page, and how much its main thread has done. */
export interface Opened {
  readonly page: Page;
  readonly devtools: CDPSession;
}

/**
 * Opens it anew so many times, each time in a context that has nothing in its cache, and leaves the last one open.
 * `complete` is an expression that holds when everything stands there.
 */
export async function open(
  browser: Browser,
  name: string,
  url: string,
  { runs, complete }: { readonly runs: number; readonly complete: string },
): Promise<{ readonly opening: Opening; readonly opened: Opened }> {
  const first: number[] = [];
  const whole: number[] = [];
  let opened: Opened | undefined;
  // One that is not counted: the browser itself has to become warm.
  for (let run = 0; run <= runs; run += 1) {
    await opened?.page.context().close();
    const page = await (await browser.newContext({ viewport: VIEWPORT })).newPage();
    await page.addInitScript(watchFor(complete));
    await page.goto(url);
    await until(
      page,
      "window.completeAt !== undefined && performance.getEntriesByName('first-contentful-paint').length > 0",
    );
    if (run > 0) {
      first.push(
        await page.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0].startTime"),
      );
      whole.push(await page.evaluate<number>('window.completeAt'));
    }
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    opened = { page, devtools };
  }
  if (opened === undefined) throw new RangeError('no runs');
  return { opening: { page: name, firstPaint: spreadOf(first), complete: spreadOf(whole) }, opened };
}

/** The main thread’s milliseconds from before `act` until what it led to was painted. */
export async function mainThreadOf(
  { page, devtools }: Opened,
  act: () => Promise<void>,
  done: string,
): Promise<number> {
  const before = await taskMs(devtools);
  await act();
  await until(page, done);
  await page.evaluate(
    'new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))',
  );
  return (await taskMs(devtools)) - before;
}

/** Resolves when the expression holds. Compiled once: the page’s policy lets nothing be compiled later. */
export async function until(page: Page, expression: string): Promise<void> {
  await page.evaluate(
    `new Promise((held) => { const look = () => ((${expression}) ? held() : setTimeout(look, 50)); look(); })`,
  );
}

/** The second frame after it holds: the first one has been painted by then. */
function watchFor(complete: string): string {
  return `
    const look = () => requestAnimationFrame(() => {
      if (${complete}) requestAnimationFrame(() => { window.completeAt = performance.now(); });
      else look();
    });
    look();
  `;
}

async function taskMs(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
}
