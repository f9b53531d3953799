import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** What to do where no Chromium is found. */
export const HOW_TO_GET_CHROMIUM =
  'no Chromium is found: install one (Debian: apt-get install chromium; elsewhere: npx playwright-core install chromium), or say by CHROMIUM_PATH where it is';

/** The Chromium of this machine; undefined where there is none. */
export function chromiumPath(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { CHROMIUM_PATH: given } = env;
  if (given !== undefined && given !== '') return given;
  return [...USUAL_PLACES, chromium.executablePath()].find((path) => existsSync(path));
}

/** @throws Error where there is none, or it does not start */
export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error(HOW_TO_GET_CHROMIUM);
  // Chromium's sandbox refuses to work for root, as whom containers run.
  const asRoot = process.getuid?.() === 0;
  return await chromium.launch({ executablePath, args: asRoot ? ['--no-sandbox'] : [] });
}
