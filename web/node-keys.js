/** Rows that a page key moves by. */
const PAGE_ROWS = 5;

/**
 * One cell of the grid can be reached by Tab; arrow keys lead from there to the others, Home and End to the ends of the group
 * (with Ctrl: of all), and Enter pins a cell, Escape lets it go (ARIA Authoring Practices, grid pattern, with a roving tabindex).
 *
 * @param {HTMLElement} grid
 * @param {(target: HTMLElement | undefined, pinned: boolean) => void} look
 */
export function moveByKeys(grid, look) {
  /** @type {HTMLElement | undefined} the one that Tab reaches */
  let current;
  /** @type {HTMLElement | undefined} */
  let pinned;
  /** @type {HTMLElement | undefined} the one of which everything is said */
  let looked;

  grid.addEventListener('keydown', (event) => {
    const from = cellAt(event.target);
    if (from === undefined || event.altKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') pin(from === pinned ? undefined : from);
    else if (event.key === 'Escape' && pinned !== undefined) pin(undefined);
    else if (!goTo(target(from, event.key, event.ctrlKey))) return;
    event.preventDefault();
  });
  grid.addEventListener('focusin', (event) => show(cellAt(event.target)));
  grid.addEventListener('mouseover', (event) => show(cellAt(event.target)));
  grid.addEventListener('mouseleave', () => show(cellAt(document.activeElement)));
  grid.addEventListener('focusout', () => show(undefined));
  grid.addEventListener('click', (event) => {
    const clicked = cellAt(event.target);
    if (clicked === undefined) return;
    goTo(clicked);
    pin(clicked === pinned ? undefined : clicked);
  });

  return {
    /** After a change: somewhere Tab must lead, and what is shown may say something else by now. */
    keep() {
      if (current === undefined || !isShown(current)) rove(allCells()[0]);
      if (pinned !== undefined && !pinned.isConnected) pin(undefined);
      else if (looked !== undefined) lookAt(looked.isConnected ? looked : undefined);
    },
  };

  /** @param {HTMLElement | undefined} cell */
  function show(cell) {
    if (pinned === undefined) lookAt(cell);
  }

  /** @param {HTMLElement | undefined} cell */
  function lookAt(cell) {
    looked = cell;
    look(cell, pinned !== undefined);
  }

  /** @param {HTMLElement | undefined} cell */
  function pin(cell) {
    pinned?.removeAttribute('aria-selected');
    pinned = cell;
    pinned?.setAttribute('aria-selected', 'true');
    lookAt(pinned ?? cellAt(document.activeElement));
  }

  /** @param {HTMLElement | undefined} cell */
  function goTo(cell) {
    if (cell === undefined) return false;
    rove(cell);
    cell.focus();
    return true;
  }

  /** @param {HTMLElement | undefined} cell */
  function rove(cell) {
    if (cell === current) return;
    current?.removeAttribute('tabindex');
    current = cell;
    if (cell !== undefined) cell.tabIndex = 0;
  }

  /**
   * @param {HTMLElement} from
   * @param {string} key
   * @param {boolean} all
   */
  function target(from, key, all) {
    const step = stepOf(key, from);
    if (step === undefined) return undefined;
    const everywhere = allCells();
    const cells =
      (key === 'Home' || key === 'End') && !all
        ? everywhere.filter((each) => each.parentElement === from.parentElement)
        : everywhere;
    if (key === 'Home') return cells[0];
    if (key === 'End') return cells.at(-1);
    if (Math.abs(step) === 1) return cells[cells.indexOf(from) + step];
    return byRows(cells, from, step);
  }

  /** @returns {HTMLElement[]} those that are shown, in their order */
  function allCells() {
    const without = grid.hasAttribute('data-without-left') ? ':not([data-presence="left"])' : '';
    return [...grid.querySelectorAll(`.cells > .cell${without}`)].filter(
      (each) => each instanceof HTMLElement,
    );
  }

  /** @param {HTMLElement} cell */
  function isShown(cell) {
    return cell.isConnected && !(grid.hasAttribute('data-without-left') && cell.dataset.presence === 'left');
  }
}

/**
 * How far a key leads: one cell, or rows (in multiples of 2, so that it is none of the former).
 *
 * @param {string} key
 * @param {HTMLElement} from
 */
function stepOf(key, from) {
  const forth = getComputedStyle(from).direction === 'rtl' ? -1 : 1;
  switch (key) {
    case 'ArrowRight':
      return forth;
    case 'ArrowLeft':
      return -forth;
    case 'ArrowDown':
      return 2;
    case 'ArrowUp':
      return -2;
    case 'PageDown':
      return 2 * PAGE_ROWS;
    case 'PageUp':
      return -2 * PAGE_ROWS;
    case 'Home':
    case 'End':
      return 0;
    default:
      return undefined;
  }
}

/**
 * The nearest cell so many rows away; that of the last row where there are not so many. Rows are what the eye sees, also from one
 * group to the next.
 *
 * @param {readonly HTMLElement[]} cells
 * @param {HTMLElement} from
 * @param {number} step
 */
function byRows(cells, from, step) {
  const forth = Math.sign(step);
  const beyond = cells.filter((cell) => forth * (cell.offsetTop - from.offsetTop) > 0);
  const tops = [...new Set(beyond.map((cell) => cell.offsetTop))].sort((a, b) => forth * (a - b));
  const top = tops[Math.min(Math.abs(step) / 2, tops.length) - 1];
  const away = (/** @type {HTMLElement} */ cell) => Math.abs(cell.offsetLeft - from.offsetLeft);
  const row = beyond.filter((cell) => cell.offsetTop === top);
  return row.reduce((/** @type {HTMLElement | undefined} */ best, cell) => {
    return best === undefined || away(cell) < away(best) ? cell : best;
  }, undefined);
}

/** @param {EventTarget | null} target */
function cellAt(target) {
  const cell = target instanceof Element ? target.closest('.cells > .cell') : null;
  return cell instanceof HTMLElement ? cell : undefined;
}
