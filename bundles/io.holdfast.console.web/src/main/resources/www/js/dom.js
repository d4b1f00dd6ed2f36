// Building and updating the page's elements. No markup is ever made from text, so nothing that a server says can become code.

/**
 * Makes an element.
 * @param {string} tag name, with classes after dots: "p.hint"
 * @param {Object<string, any>} attributes on… are listeners; true and false set or leave out; undefined is left out
 * @param {...(Node|string|null|undefined|Array)} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const made = document.createElement(name);
  if (classes.length > 0) {
    made.className = classes.join(' ');
  }
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) {
      made.addEventListener(key.slice(2), value);
    } else if (value === true) {
      made.setAttribute(key, '');
    } else if (value !== false && value !== undefined && value !== null) {
      made.setAttribute(key, String(value));
    }
  }
  append(made, children);
  return made;
}

function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      parent.append(child);
    }
  }
}

/** Replaces everything inside an element, but only when that looks different: focus and selection stay where they are. */
export function fill(parent, ...children) {
  const next = document.createElement(parent.tagName);
  append(next, children);
  if (next.innerHTML !== parent.innerHTML) {
    parent.replaceChildren(...next.childNodes);
  }
}

/** Sets the text of an element when it differs. */
export function say(target, text) {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

/**
 * Shows one element for each item, keeping those that are there already.
 * @param {HTMLElement} parent
 * @param {Array<T>} items in the order to show
 * @param {(item: T) => string} key
 * @param {(item: T) => {root: HTMLElement, update: (item: T) => void}} make
 * @template T
 */
export function keyed(parent, items, key, make) {
  parent.parts ??= new Map();
  const wanted = new Map();
  for (const item of items) {
    const name = key(item);
    const part = parent.parts.get(name) ?? make(item);
    part.update(item);
    wanted.set(name, part);
  }
  for (const [name, part] of parent.parts) {
    if (!wanted.has(name)) {
      part.root.remove();
    }
  }
  parent.parts = wanted;
  let place = parent.firstChild;
  for (const part of wanted.values()) {
    if (part.root === place) {
      place = place.nextSibling;
    } else {
      parent.insertBefore(part.root, place);
    }
  }
}

/** Tells something to who cannot see the page change. */
export function announce(text) {
  const announcer = document.getElementById('announcer');
  announcer.textContent = '';
  requestAnimationFrame(() => {
    announcer.textContent = text;
  });
}

/** A labelled field of a form. */
export function field(label, control, hint) {
  const id = control.id || `field-${(field.count = (field.count ?? 0) + 1)}`;
  control.id = id;
  const note = hint ? element('p.hint', { id: `${id}-hint` }, hint) : null;
  if (note) {
    control.setAttribute('aria-describedby', note.id);
  }
  return element('div.field', {}, element('label', { for: id }, label), control, note);
}
