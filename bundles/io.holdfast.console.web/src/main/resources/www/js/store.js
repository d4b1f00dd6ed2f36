// The recovery store's room: how much there is, how long it will last, and who takes it.

import { element, fill } from './dom.js';
import { fact, section } from './section.js';
import { bytes, count, growth, outlook } from './words.js';

/** More rows than anybody reads; the largest come first. */
const SHOWN_MAX = 200;
const COLUMNS = ['Machine', 'History', 'Live', 'Reclaimable', 'Intake a day'];

export class StoreSection {
  id = 'store';
  title = 'Store';
  #state;
  #facts = element('dl.facts', {});
  #card = element('div.card', { hidden: true }, this.#facts);
  #body = element('tbody', {});
  #table = element(
    'table.amounts',
    { hidden: true },
    element('caption.unseen', {}, 'Histories'),
    element('thead', {}, element('tr', {}, COLUMNS.map((name) => element('th', { scope: 'col' }, name)))),
    this.#body,
  );
  #empty = element('div.empty', {});
  #section = section(this.id, this.title, this.#card, this.#table, this.#empty);
  root = this.#section.root;

  constructor(state) {
    this.#state = state;
  }

  draw() {
    const space = this.#state.space;
    this.#card.hidden = !space;
    this.#table.hidden = !space || space.machines.length === 0;
    if (!space) {
      this.#section.summarise(this.#state.spaceTrouble || 'Reading the room …');
      return;
    }
    const { text, tone } = outlook(space);
    this.#section.summarise(this.#state.spaceTrouble ? `${this.#state.spaceTrouble} What is shown is older.` : summary(space.machines));
    fill(
      this.#facts,
      fact('Forecast', element('span.badge', { 'data-tone': tone }, text)),
      fact('Free', `${bytes(space.freeBytes)} of ${bytes(space.sizeBytes)}`),
      fact('Reserve', `${bytes(space.reserveBytes)} of what is free, kept for maintenance`),
      fact('Growth', space.reachMillis === 0 ? 'not known yet' : growth(space.growthBytesPerDay)),
    );
    fill(this.#body, space.machines.slice(0, SHOWN_MAX).map(row));
    fill(this.#empty, space.machines.length === 0 ? element('p', {}, 'No history is kept yet. One begins when a machine is protected.') : null);
  }
}

function summary(machines) {
  const all = count(machines.length, 'history', 'histories');
  return machines.length > SHOWN_MAX ? `The ${SHOWN_MAX} largest of ${all}; holdfastctl space lists them all.` : all;
}

function row(history) {
  const name = history.name || [element('code', {}, history.machine), element('span.hint', {}, ' not protected any more')];
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, name),
    [history.historyBytes, history.liveBytes, history.reclaimableBytes, history.intakeBytesPerDay].map((amount) => element('td', {}, bytes(amount))),
  );
}
