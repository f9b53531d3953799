import { post, Refusal } from './api.js';
import { confirmation } from './confirmation.js';
import { element, fill, setText, whenChanged } from './elements.js';

/** @import { MigrationView } from '../shared/view/migration.ts' */
/** @import { Confirmation } from './confirmation.js' */

/** How long what was asked for is shown; by then it stands in the history. */
const SHOWN_MS = 30_000;

/** Where `operate` signs its callers in and leads them back: behind Identity-Aware Proxy it has a session of its own. */
const SIGN_IN = '/operate/';

/**
 * @typedef {{ name: 'pause' | 'resume' | 'retry' | 'abort', label: string, offered: (migration: MigrationView) => boolean,
 *   primary?: (migration: MigrationView) => boolean, confirmation: (migration: MigrationView) => Confirmation }} Act
 */

/** @type {readonly Act[]} */
const ACTS = [
  {
    name: 'retry',
    label: 'Run now',
    offered: ({ phase }) => phase === 'blocked' || phase === 'waiting',
    primary: ({ phase }) => phase === 'blocked',
    confirmation: ({ shoot, step, phase, plan }) => ({
      title: `Run ${step} of ${shoot} now?`,
      text:
        phase === 'blocked'
          ? 'It looks again at everything. If what stood in the way is mended it goes on, else it stops again with its reason.'
          : 'It does not wait any longer: not for its turn in a rollout, nor for the maintenance window.',
      act: 'Run now',
      wishes: step === 'preflight' ? plan.strategy : undefined,
    }),
  },
  {
    name: 'resume',
    label: 'Resume',
    offered: ({ paused }) => paused,
    primary: ({ phase }) => phase === 'paused',
    confirmation: ({ shoot }) => ({
      title: `Resume ${shoot}?`,
      text: 'It goes on where it stopped.',
      act: 'Resume',
    }),
  },
  {
    name: 'pause',
    label: 'Pause',
    offered: ({ paused }) => !paused,
    confirmation: ({ shoot }) => ({
      title: `Pause ${shoot}?`,
      text: 'It stops at the next safe point. What is done stays as it is.',
      act: 'Pause',
    }),
  },
  {
    name: 'abort',
    label: 'Abort …',
    offered: ({ abortRequested }) => !abortRequested,
    confirmation: ({ shoot }) => ({
      title: `Lead ${shoot} back?`,
      text: 'From the next safe point on, everything that was changed is led back to what was found: routes first, then aliases, the range and its flag, and the subnets’ IPv6. It is refused once nodes are dual-stack. The migration does not start again by itself.',
      act: 'Lead it back',
      danger: true,
      typed: shoot,
    }),
  },
];

/**
 * What an operator can do about a migration, where this address leads to the function `operate` and lets the viewer call it.
 *
 * @param {string} id
 */
export function actButtons(id) {
  const buttons = element('div', { class: 'buttons', role: 'group', 'aria-label': 'Act' });
  const said = element('p', { class: 'said muted', role: 'status' });
  const signIn = element('a', { class: 'sign-in', href: SIGN_IN, hidden: true }, 'Sign in to act');
  /** @type {MigrationView | undefined} */
  let present;
  let allowed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let fading;
  const left = new AbortController();
  void ask();

  const showOffers = whenChanged(
    /** @param {readonly { name: string, primary: boolean }[]} offers */ (offers) => {
      const focused = buttons.contains(document.activeElement);
      fill(
        buttons,
        ...ACTS.flatMap((act) => {
          const offer = offers.find(({ name }) => name === act.name);
          return offer === undefined ? [] : [button(act, offer.primary)];
        }),
      );
      // Whoever was on a button that is no more stays where they are.
      if (focused && buttons.firstElementChild instanceof HTMLElement) buttons.firstElementChild.focus();
    },
  );

  return {
    element: element('div', { class: 'acts' }, buttons, said, signIn),
    /** @param {MigrationView} migration */
    show(migration) {
      present = migration;
      showPresent();
    },
    stop() {
      left.abort();
      clearTimeout(fading);
    },
  };

  /** Reading and acting are permissions of their own; only `operate` knows whether it would listen. */
  async function ask() {
    try {
      const { who } = await post('/api/caller');
      allowed = true;
      buttons.title = `You act as ${who.name}${who.verified ? '' : ', which nobody has verified'}.`;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      signIn.hidden = error.status !== 401;
      say(`To look at only: ${whyNot(error)}`);
    }
    showPresent();
  }

  function showPresent() {
    if (present === undefined) return;
    const migration = present;
    const offered =
      allowed && migration.finishedAt === undefined ? ACTS.filter((act) => act.offered(migration)) : [];
    showOffers(offered.map(({ name, primary }) => ({ name, primary: primary?.(migration) ?? false })));
  }

  /**
   * @param {Act} act
   * @param {boolean} primary
   */
  function button(act, primary) {
    return element(
      'button',
      {
        type: 'button',
        class: primary ? 'primary' : undefined,
        'data-act': act.name,
        onclick: () => void run(act),
      },
      act.label,
    );
  }

  /** @param {Act} act */
  async function run(act) {
    if (present === undefined) return;
    const body = await confirmation(act.confirmation(present), left.signal);
    if (body === undefined) return;
    say(`Asking: ${act.name} …`);
    try {
      const { who } = await post(`/api/migrations/${encodeURIComponent(id)}/${act.name}`, body);
      say(`Asked for: ${act.name}, as ${who.name}. What becomes of it stands in the history.`);
      fading = setTimeout(() => say(''), SHOWN_MS);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say(`Not asked for: ${act.name}. ${error.message}`);
    }
  }

  /** @param {string} text */
  function say(text) {
    clearTimeout(fading);
    setText(said, text);
  }
}

/** @param {Refusal} refusal */
function whyNot({ status, isClosed, message }) {
  if (status === 404 || status === 405) return 'nothing that acts is served here.';
  if (isClosed) return `acting needs the permission to call the function operate. ${message}`;
  return `whether you may act is not known. ${message} Load the page again to ask once more.`;
}
