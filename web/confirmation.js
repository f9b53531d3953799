import { element } from './elements.js';

/** @import { Strategy } from '../shared/migration/plan.ts' */

/**
 * @typedef {{
 *   title: string,
 *   text: string,
 *   act: string,
 *   danger?: boolean,
 *   typed?: string,
 *   wishes?: Strategy | undefined,
 * }} Confirmation `typed`: what must be typed first; `wishes`: the strategy may be chosen
 */

/** @type {readonly Strategy[]} */
const STRATEGIES = ['overlap', 'rollover', 'cutover'];

/**
 * Asks whether it is meant.
 *
 * @param {Confirmation} what
 * @param {AbortSignal} left when its place on the page is left: then it is not meant
 * @returns {Promise<{ strategy?: string, acknowledgeTrafficLoss?: true } | undefined>} the request’s body; undefined: it is not
 */
export async function confirmation({ title, text, act, danger = false, typed, wishes }, left) {
  const opener = document.activeElement;
  const go = element(
    'button',
    { type: 'submit', value: 'act', class: danger ? 'danger' : 'primary', disabled: typed !== undefined },
    act,
  );
  const input = element('input', {
    type: 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    oninput: () => {
      go.disabled = input.value.trim() !== typed;
    },
  });
  const strategy = element(
    'select',
    {},
    element('option', { value: '' }, 'the best one that fits'),
    ...STRATEGIES.map((name) => element('option', { value: name }, name)),
  );
  const loss = element('input', { type: 'checkbox' });
  const dialog = element(
    'dialog',
    { 'aria-labelledby': 'confirmation-title', 'aria-describedby': 'confirmation-text' },
    element(
      'form',
      { method: 'dialog' },
      element('h2', { id: 'confirmation-title' }, title),
      element('p', { id: 'confirmation-text' }, text),
      wishes !== undefined && element('label', {}, 'Strategy ', strategy),
      wishes !== undefined &&
        element('label', { class: 'check' }, loss, ' Pod traffic may be lost for a while (cutover)'),
      typed !== undefined &&
        element('label', {}, element('span', {}, 'Type ', element('code', {}, typed), ' to go on '), input),
      element(
        'div',
        { class: 'buttons' },
        element('button', { type: 'button', onclick: () => dialog.close('') }, 'Cancel'),
        go,
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  (typed === undefined ? go : input).focus();
  const closed = new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
  left.addEventListener('abort', () => dialog.close(''), { once: true });
  await closed;
  const meant = dialog.returnValue === 'act';
  dialog.remove();
  if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  if (!meant) return undefined;
  return {
    ...(strategy.value !== '' && { strategy: strategy.value }),
    ...(loss.checked && { acknowledgeTrafficLoss: /** @type {const} */ (true) }),
  };
}
