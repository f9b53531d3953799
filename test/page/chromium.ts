import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished } from 'vitest';
import { chromiumPath, HOW_TO_GET_CHROMIUM, launchChromium } from '../../infra/local/bench/page/browser.ts';

const RESULTS = new URL('../../test-results/page/', import.meta.url);
const DOCS = new URL('../../docs/screenshots/', import.meta.url);

/** For what the page does in its own time; a machine may be slow. */
export const PATIENTLY = { timeout: 30_000 };

let browser: Browser | undefined;

/** One Chromium for the tests of a file, which are left out, with what to do about it, where there is none. */
export function useChromium(): void {
  beforeEach((context) => {
    if (chromiumPath() === undefined) context.skip(HOW_TO_GET_CHROMIUM);
  });
  beforeAll(async () => {
    if (chromiumPath() !== undefined) browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });
}

/** Runs before the page’s own scripts; tells what is done against the page’s policy, and what nobody has caught. */
const WITNESS = `
  addEventListener('securitypolicyviolation', (event) => witness('policy: ' + event.violatedDirective + ' ' + event.blockedURI));
  addEventListener('unhandledrejection', (event) => witness('rejection: ' + event.reason));
`;

/**
 * Opens a page that must ask no other origin for anything, break no rule of its own policy, and throw nothing until the test ends:
 * `judge` is given all that it did of that. `url` may have a path behind the origin.
 */
export async function openPage(
  url: string,
  options: BrowserContextOptions = {},
  judge = (wrong: readonly string[]) => expect(wrong).toEqual([]),
): Promise<Page> {
  if (browser === undefined) throw new Error(HOW_TO_GET_CHROMIUM);
  const viewport = { width: 1280, height: 900 };
  const context = await browser.newContext({ viewport, locale: 'en-GB', ...options });
  const { origin } = new URL(url);
  const wrong: string[] = [];
  const page = await context.newPage();
  await page.exposeFunction('witness', (what: string) => void wrong.push(what));
  await page.addInitScript(WITNESS);
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // What does not answer is said in the console whatever the page does about it.
    const unanswered = /Failed to load resource|ERR_/.test(message.text());
    if (message.type() === 'error' && !unanswered) wrong.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) wrong.push(`asked ${request.url()}`);
  });
  page.setDefaultTimeout(60_000);
  onTestFinished(async () => {
    await context.close();
    judge(wrong);
  });
  await page.goto(url);
  return page;
}

/** Keeps what the page looks like, as an artefact; with SCREENSHOTS=docs also in the docs, where `docs` names it. */
export async function screenshot(page: Page, name: string, docs?: string): Promise<void> {
  mkdirSync(RESULTS, { recursive: true });
  await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, RESULTS)) });
  if (docs === undefined || process.env.SCREENSHOTS !== 'docs') return;
  mkdirSync(DOCS, { recursive: true });
  await page.screenshot({ path: fileURLToPath(new URL(`${docs}.png`, DOCS)), animations: 'disabled' });
}
