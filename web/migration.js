import { actButtons } from './acts.js';
import { get, Refusal } from './api.js';
import { announce, setTitle, showConnection, showTrail } from './bar.js';
import { constraintsCard } from './constraints.js';
import { element, fill, setText, whenChanged } from './elements.js';
import { follow } from './events.js';
import { factsCard } from './facts.js';
import { historyCard } from './history.js';
import { showRefusal } from './missing.js';
import { nodesCard } from './nodes.js';
import { phaseBadge } from './phases.js';
import { planCard } from './plan.js';
import { timeline } from './timeline.js';
import { whyPanel } from './why.js';

/** @import { MigrationView } from '../shared/view/migration.ts' */
/** @import { View } from './page.js' */

/**
 * One migration: how it stands, its steps on a time line, every node as a cell, plan and history.
 *
 * @param {HTMLElement} content
 * @param {string} id
 * @returns {View}
 */
export function migrationView(content, id) {
  const badge = element('span', { class: 'badge' });
  const title = element('h1', {}, id);
  const acts = actButtons(id);
  const why = whyPanel();
  const line = timeline();
  const facts = factsCard();
  const constraints = constraintsCard();
  const plan = planCard();
  const history = historyCard(id);
  const nodes = nodesCard(() => again());
  let stopped = false;
  /** @type {(() => void) | undefined} */
  let stopFollowing;
  let phase = '';

  const showPhase = whenChanged(
    /** @param {Pick<MigrationView, 'phase' | 'shoot'>} shown */ (shown) => {
      fill(badge, phaseBadge(shown.phase));
      setTitle(`${shown.phase}: ${shown.shoot}`);
      if (phase !== '') announce('migration', `${shown.shoot} is ${shown.phase}`);
      phase = shown.phase;
    },
  );

  showTrail([{ text: 'Shoots', href: '#/' }, { text: id }]);
  setTitle(id);
  fill(content, element('p', { class: 'muted loading' }, 'Looking …'));
  void begin();
  return {
    stop() {
      stopped = true;
      stopFollowing?.();
      line.stop();
      acts.stop();
    },
  };

  /** First as a whole, which says how long the history is; then as it goes. */
  async function begin() {
    try {
      /** @type {MigrationView} */
      const first = await get(`/api/migrations/${encodeURIComponent(id)}`);
      if (stopped) return;
      history.startAt(first.historyLength);
      fill(
        content,
        element('div', { class: 'title' }, title, badge, acts.element),
        why.element,
        element(
          'div',
          { class: 'beside' },
          line.element,
          element('div', { class: 'aside' }, constraints.element, facts.element),
        ),
        nodes.element,
        element('div', { class: 'halves' }, plan.element, history.element),
      );
      show(first);
      again();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (stopped) return;
      if (error.status === 404 || error.isClosed || error.status === 400)
        showRefusal(content, 'No such migration', error);
      else {
        showConnection({ kind: 'lost', why: error.message, closed: false });
        setTimeout(() => stopped || begin(), 3_000);
      }
    }
  }

  function again() {
    stopFollowing?.();
    stopFollowing = follow({
      url: () =>
        `/api/events?migration=${encodeURIComponent(id)}&nodes=true&live=${nodes.live}&historyAfter=${history.last}`,
      on: {
        migration: ({ migration }) => show(migration),
        history: history.take,
        nodes: nodes.take,
      },
      connection: showConnection,
    });
  }

  /** @param {MigrationView} migration */
  function show(migration) {
    setText(title, migration.shoot);
    showTrail([{ text: 'Shoots', href: '#/' }, { text: migration.shoot }]);
    showPhase({ phase: migration.phase, shoot: migration.shoot });
    acts.show(migration);
    why.show(migration);
    line.show(migration);
    constraints.show(migration.constraints);
    facts.show(migration);
    plan.show(migration.plan);
  }
}
