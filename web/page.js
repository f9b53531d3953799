import { keepQuiet, showConnection, showTrail } from './bar.js';
import { fleetView } from './fleet.js';
import { migrationView } from './migration.js';
import { missingView } from './missing.js';
import { reasonView } from './reason.js';
import { placeOf } from './route.js';
import { shootView } from './shoot.js';
import { keepTicking } from './times.js';

/** @import { Place } from './route.js' */

/**
 * What a view does with the page: it fills the element, and lives until it is stopped.
 *
 * @typedef {{ stop(): void, show?(place: Place): void }} View
 */

const content = /** @type {HTMLElement} */ (document.getElementById('content'));

/** @type {View | undefined} */
let view;
/** @type {Place | undefined} */
let shown;

keepTicking();
window.addEventListener('hashchange', go);
document.querySelector('.skip')?.addEventListener('click', (event) => {
  // An address of the page's own would take its place.
  event.preventDefault();
  content.focus();
});
go();

function go() {
  const place = placeOf(location.hash);
  // Another filter is no other view.
  if (shown?.view === 'fleet' && place.view === 'fleet' && view?.show !== undefined) {
    view.show(place);
    return;
  }
  view?.stop();
  const first = shown === undefined;
  shown = place;
  showConnection(undefined);
  showTrail([]);
  keepQuiet();
  content.replaceChildren();
  view = viewOf(place);
  if (first) return;
  // Who moves by keyboard, or listens, is where the new view begins.
  content.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/**
 * @param {Place} place
 * @returns {View}
 */
function viewOf(place) {
  switch (place.view) {
    case 'fleet':
      return fleetView(content, place);
    case 'migration':
      return migrationView(content, place.id);
    case 'shoot':
      return shootView(content, place.shoot);
    case 'reason':
      return reasonView(content, place.name);
    default:
      return missingView(content, place.path);
  }
}
