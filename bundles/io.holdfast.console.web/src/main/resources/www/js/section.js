import { element, fill } from './dom.js';

/** One line of a list of facts. */
export function fact(name, ...value) {
  return element('div', {}, element('dt', {}, name), element('dd', {}, value));
}

/** One section of the page with its heading and the place for what it shows. */
export function section(id, title, ...content) {
  const summary = element('p.summary', {});
  const root = element(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    element('div.head', {}, element('h2', { id: `${id}-title` }, title), summary),
    content,
  );
  return { root, summarise: (...text) => fill(summary, ...text) };
}
