import { get, Refusal } from './api.js';
import { showRefusal } from './missing.js';
import { migrationAddress } from './route.js';

/** @import { View } from './page.js' */

/**
 * An address that lasts from one migration of a shoot to the next one: leads to the present one.
 *
 * @param {HTMLElement} content
 * @param {string} shoot `namespace/name`
 * @returns {View}
 */
export function shootView(content, shoot) {
  let stopped = false;
  void lead();
  return {
    stop() {
      stopped = true;
    },
  };

  async function lead() {
    try {
      const { id } = await get(`/api/migrations?shoot=${encodeURIComponent(shoot)}`);
      if (!stopped) location.replace(migrationAddress(id));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (!stopped) showRefusal(content, shoot, error);
    }
  }
}
