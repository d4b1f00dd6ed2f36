// The agents: who captures, and whether they are heard of.

import { call } from './api.js';
import { element, fill } from './dom.js';
import { section } from './section.js';
import { count, duration, moment } from './words.js';

export class AgentsSection {
  id = 'agents';
  title = 'Agents';
  #state;
  #body = element('tbody', {});
  #table = element(
    'table',
    {},
    element('caption.unseen', {}, 'Agents'),
    element('thead', {}, element('tr', {}, ['Name', 'State', 'Version', 'Machines', 'Certificate until'].map((name) => element('th', { scope: 'col' }, name)))),
    this.#body,
  );
  #empty = element('div.empty', {});
  #token = element('div.token', {});
  #section;
  root;

  constructor(state, may) {
    this.#state = state;
    const make = element('button', { type: 'button', onclick: () => this.#makeToken() }, 'Make an enrolment token');
    this.#section = section(this.id, this.title, this.#table, this.#empty, may.administer ? element('div.tools', {}, make) : null, this.#token);
    this.root = this.#section.root;
  }

  draw() {
    const all = [...this.#state.agents.values()].sort((a, b) => a.name.localeCompare(b.name));
    const lost = all.filter((agent) => agent.state === 'LOST').length;
    this.#section.summarise(this.#state.link === 'connecting' ? 'Reading the agents …' : `${count(all.length, 'agent', 'agents')}${lost ? `, ${lost} not heard of` : ''}`);
    this.#table.hidden = all.length === 0;
    fill(this.#body, all.map(row));
    fill(this.#empty, all.length === 0 && this.#state.link !== 'connecting' ? element('p', {}, 'No agent has enrolled yet. An agent needs an enrolment token once.') : null);
  }

  async #makeToken() {
    try {
      const made = await call('POST', '/enrolment-tokens', { validMinutes: 60 });
      this.#token.replaceChildren(
        element(
          'div.note',
          { role: 'status' },
          element('p', {}, `This token lets one agent enrol, once, until ${moment(made.expiresMillis)}. It is shown only now.`),
          element('p', {}, element('code', {}, made.token)),
          element('p.hint', {}, 'Fingerprint of our authority: ', element('code', {}, made.authorityFingerprint)),
        ),
      );
    } catch (error) {
      this.#token.replaceChildren(element('p.trouble', { role: 'alert' }, error.message));
    }
  }
}

function row(agent) {
  const heard = agent.state === 'CONNECTED';
  const silence = agent.silentMillis === undefined ? 'not heard of since the start' : `silent for ${duration(agent.silentMillis)}`;
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, agent.name),
    element('td', {}, element('span.badge', { 'data-tone': heard ? 'good' : 'bad' }, heard ? 'Connected' : 'Lost'), heard ? null : element('span.hint', {}, ` ${silence}`)),
    element('td', {}, agent.version || '—'),
    element('td', {}, String(agent.machines.length)),
    element('td', {}, moment(agent.certificateExpiresMillis)),
  );
}
