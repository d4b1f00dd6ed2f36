// The keys of the appliance: how they stand, and the recovery paper, without which nothing can be protected.

import { element, fill } from './dom.js';
import { openPaper } from './paper.js';
import { fact, section } from './section.js';

const STORE_KEY = {
  OPEN: ['Open', 'good'],
  LOCKED: ['Waits for its passphrase', 'bad'],
  LOST: ['Lost', 'bad'],
  FOREIGN: ['Of another store', 'bad'],
};

export class KeysSection {
  id = 'keys';
  title = 'Keys';
  #state;
  #make = element('button', { type: 'button', onclick: () => openPaper(() => this.#state.refresh()) }, 'Make a recovery paper');
  #facts = element('dl.facts', {});
  #section;
  root;

  constructor(state, may) {
    this.#state = state;
    this.#make.disabled = !may.administer;
    const reason = may.administer ? null : element('p.hint', {}, 'Making a recovery paper needs an administrator.');
    this.#section = section(this.id, this.title, element('div.card', {}, this.#facts, element('div.buttons', {}, this.#make), reason));
    this.root = this.#section.root;
  }

  draw() {
    const keys = this.#state.keys;
    if (!keys) {
      this.#section.summarise('Reading the keys …');
      return;
    }
    const confirmed = keys.recoveryKey !== '';
    this.#section.summarise(confirmed ? 'A recovery paper is in force.' : 'No machine can be protected before a recovery paper is confirmed.');
    this.#make.classList.toggle('primary', !confirmed);
    const [text, tone] = STORE_KEY[keys.state];
    const how = keys.state === 'OPEN' ? (keys.passphrase ? ' Under a passphrase.' : ' Without a passphrase.') : '';
    fill(
      this.#facts,
      fact('Recovery paper', badge(confirmed ? 'Confirmed' : 'None', confirmed ? 'good' : 'warn'), confirmed ? ` ${keys.recoveryKey}` : ' Without one, a lost appliance is a lost history.'),
      fact('Store key', badge(text, tone), keys.detail ? ` ${keys.detail}` : how),
    );
  }
}

const badge = (text, tone) => element('span.badge', { 'data-tone': tone }, text);
