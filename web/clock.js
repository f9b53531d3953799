/**
 * What time it is for the functions. Everything that the page says about time stands beside times of theirs, and a browser's
 * clock may be wrong; in the local world theirs runs faster besides.
 */
let newsAt = Date.now();
let heardAt = performance.now();

/** @param {string} at RFC 3339, from an answer or an event that has just come */
export function heard(at) {
  const time = Date.parse(at);
  if (Number.isNaN(time)) return;
  newsAt = time;
  heardAt = performance.now();
}

/** Milliseconds since the epoch. */
export function now() {
  return newsAt + performance.now() - heardAt;
}

/** When the last news were made, in RFC 3339. */
export function lastHeard() {
  return new Date(newsAt).toISOString();
}
