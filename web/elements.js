/**
 * @typedef {string | number | Node | undefined | false} Child
 * @typedef {string | number | boolean | undefined | EventListener} AttributeValue
 */

/**
 * An element with attributes, listeners (`onclick`) and children. Texts become text nodes: nothing that came from outside is ever
 * taken for markup, whatever it says. The policy of trusted types makes the browser refuse it besides.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, AttributeValue>>} [attributes] left out where undefined or false
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name.replace(/^on/, ''), value);
    else if (value !== undefined && value !== false)
      made.setAttribute(name, value === true ? '' : `${value}`);
  }
  made.append(...present(children));
  return made;
}

/**
 * @param {Element} parent
 * @param {...Child} children take the place of what was there
 */
export function fill(parent, ...children) {
  parent.replaceChildren(...present(children));
}

/**
 * The same where something can be unfolded: what the viewer has unfolded stays so, though it is made anew.
 *
 * @param {Element} parent
 * @param {...Child} children
 */
export function refill(parent, ...children) {
  const before = [...parent.querySelectorAll('details')];
  const unfolded = new Set(before.filter(({ open }) => open).map(({ className }) => className));
  parent.replaceChildren(...present(children));
  for (const details of parent.querySelectorAll('details')) details.open = unfolded.has(details.className);
}

/**
 * Touches the document only where the text is another one.
 *
 * @param {Element} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * @param {Element} node
 * @param {string} name
 * @param {string | undefined} value undefined takes the attribute away
 */
export function setAttribute(node, name, value) {
  if (value === undefined) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/**
 * Puts the children into this order with as few moves as come of going through it once; what is not among them is taken out.
 * Whoever has the focus keeps it.
 *
 * @param {Element} parent
 * @param {readonly Element[]} children
 */
export function arrange(parent, children) {
  const focused = document.activeElement;
  const kept = new Set(children);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  let at = parent.firstElementChild;
  for (const child of children) {
    if (child === at) at = at.nextElementSibling;
    else parent.insertBefore(child, at);
  }
  if (focused instanceof HTMLElement && focused !== document.activeElement && parent.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}

/**
 * A renderer that is called only with a value that says something else than the last one.
 *
 * @template Value
 * @param {(value: Value) => void} render
 * @returns {(value: Value) => void}
 */
export function whenChanged(render) {
  /** @type {string | undefined} */
  let last;
  return (value) => {
    const text = JSON.stringify(value) ?? '';
    if (text === last) return;
    last = text;
    render(value);
  };
}

/**
 * @param {readonly Child[]} children
 * @returns {(string | Node)[]}
 */
function present(children) {
  return children.flatMap((child) => {
    if (child === undefined || child === false || child === '') return [];
    return [child instanceof Node ? child : String(child)];
  });
}
