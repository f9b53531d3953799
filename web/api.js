/** Why something was not answered as asked. */
export class Refusal extends Error {
  /**
   * @param {number} status 0: there was no answer at all
   * @param {string} detail
   */
  constructor(status, detail) {
    super(detail);
    this.name = 'Refusal';
    this.status = status;
  }

  /** Whoever asks is not let in, or not any more. */
  get isClosed() {
    return this.status === 401 || this.status === 403;
  }
}

/**
 * @param {string} path
 * @returns {Promise<any>} the answer's JSON; the API's description says of which shape
 * @throws {Refusal}
 */
export async function get(path) {
  return await asked(path, { headers: { Accept: 'application/json' } });
}

/**
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>}
 * @throws {Refusal}
 */
export async function post(path, body = {}) {
  // No page of others can make a browser send this header.
  const headers = { 'X-Requested-By': 'shoot-dualstack', 'Content-Type': 'application/json' };
  return await asked(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

/**
 * @param {string} path
 * @param {RequestInit} how
 */
async function asked(path, how) {
  // Who is led to a page to log in is not answered: it would be of another origin.
  const response = await fetch(path, { ...how, redirect: 'manual' }).catch(() => undefined);
  if (response === undefined) throw new Refusal(0, 'There was no answer.');
  if (response.type === 'opaqueredirect') throw new Refusal(401, 'The session has ended.');
  const json = /json/.test(response.headers.get('content-type') ?? '')
    ? await response.json().catch(() => undefined)
    : undefined;
  if (response.ok && json !== undefined) return json;
  throw new Refusal(
    response.status,
    detailOf(json) ?? `The answer was ${response.status} ${response.statusText}.`,
  );
}

/** @param {any} problem */
function detailOf(problem) {
  if (typeof problem?.detail !== 'string') return undefined;
  const fields = Array.isArray(problem.errors)
    ? problem.errors.map((/** @type {any} */ each) => ` ${each.field}: ${each.expected}.`)
    : [];
  return problem.detail + fields.join('');
}
