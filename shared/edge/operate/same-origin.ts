import { Problem } from '../http/problem.ts';
import { type HttpRequest, headerOf } from '../http/request.ts';

/**
 * A header that a form, an image or a link cannot send, and a script of another origin only after the browser has asked us, which
 * we answer with 405 (OWASP, "Cross-Site Request Forgery Prevention", custom request headers).
 */
export const REQUESTED_BY = 'x-requested-by';
export const REQUESTED_BY_VALUE = 'shoot-dualstack';

/**
 * Whether a browser may have been made to send the request by a page of others, while its user is logged in here.
 *
 * @throws Problem
 */
export function assertSameOrigin(request: HttpRequest): void {
  if (headerOf(request, REQUESTED_BY) !== REQUESTED_BY_VALUE) {
    const errors = [{ field: 'X-Requested-By', expected: REQUESTED_BY_VALUE }];
    throw new Problem(403, 'The header that no page of others can send is missing.', { errors });
  }
  const origin = request.headers.origin;
  if (origin !== undefined && !isOwn(origin, headerOf(request, 'host'))) {
    const errors = [{ field: 'Origin', expected: 'the address of this service' }];
    throw new Problem(403, 'The request comes from a page of another origin.', { errors });
  }
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    const errors = [{ field: 'Sec-Fetch-Site', expected: 'same-origin' }];
    throw new Problem(403, 'The request comes from a page of another site.', { errors });
  }
}

function isOwn(origin: string | readonly string[], host: string | undefined): boolean {
  if (typeof origin !== 'string' || host === undefined) return false;
  return origin === `https://${host}` || origin === `http://${host}`;
}
