import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Browser } from 'playwright-core';
import type { Opening } from './figures.ts';
import { open } from './measure.ts';

/** A page of one word: what this browser takes on this machine for nothing. */
export async function emptyCase(browser: Browser, runs: number): Promise<Opening> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>a</title><p>a');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const url = `http://127.0.0.1:${port}/`;
    const { opening, opened } = await open(browser, 'reference: a page of one word', url, {
      runs,
      complete: 'true',
    });
    await opened.page.context().close();
    return opening;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
