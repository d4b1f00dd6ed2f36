// The signed-in page: who is here, whether what is shown is live, and the sections.

import { signOut } from './api.js';
import { AgentsSection } from './agents.js';
import { announce, element, say } from './dom.js';
import { JobsSection } from './jobs.js';
import { KeysSection } from './keys.js';
import { MachinesSection } from './machines.js';
import { OverviewSection } from './overview.js';
import { passwordPage } from './sign.js';
import { LiveState } from './state.js';
import { StoreSection } from './store.js';

const LINKS = {
  connecting: ['Connecting …', 'busy'],
  live: ['Live', 'good'],
  broken: ['Not live: what you see may be old', 'bad'],
};

export class Shell {
  #session;
  #left;
  #state;
  #sections;
  #link = element('span.badge', {});
  #frame = 0;

  constructor(session, left) {
    this.#session = session;
    this.#left = left;
    this.#state = new LiveState((what, value) => this.#changed(what, value));
    const may = { operate: session.role !== 'VIEWER', administer: session.role === 'ADMINISTRATOR' };
    this.#sections = [
      new OverviewSection(this.#state),
      new MachinesSection(this.#state, may),
      new StoreSection(this.#state),
      new JobsSection(this.#state, may),
      new AgentsSection(this.#state, may),
      new KeysSection(this.#state, may),
    ];
    this.root = element('div.shell', {}, this.#header(), this.#main());
  }

  open() {
    this.#draw();
    this.#state.open();
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.#state.close();
  }

  #header() {
    return element(
      'header.bar',
      {},
      element('a.brand', { href: '/' }, element('img', { src: '/mark.svg', alt: '', width: 28, height: 28 }), element('span', {}, 'Holdfast')),
      element('nav', { 'aria-label': 'Sections' }, this.#sections.map((section) => element('a', { href: `#${section.id}` }, section.title))),
      element('div.who', {}, this.#link, this.#menu()),
    );
  }

  #menu() {
    const role = this.#session.role.toLowerCase();
    return element(
      'details.menu',
      {},
      element('summary', {}, this.#session.user),
      element(
        'div',
        {},
        element('p.hint', {}, `Signed in as ${role}`),
        element('button', { type: 'button', onclick: () => this.#changePassword() }, 'Change password'),
        element('button', { type: 'button', onclick: () => this.#leave() }, 'Sign out'),
      ),
    );
  }

  #main() {
    this.main = element('main', { id: 'content', tabindex: '-1' }, element('h1.unseen', {}, 'Holdfast'), this.#sections.map((section) => section.root));
    return this.main;
  }

  #changePassword() {
    const back = () => this.root.replaceChildren(this.#header(), this.main);
    const page = passwordPage(this.#session, { forced: false, done: back, leave: back });
    this.root.replaceChildren(page);
    page.querySelector('[autofocus]').focus();
  }

  async #leave() {
    await signOut().catch(() => {});
    this.#left();
  }

  #changed(what, value) {
    if (what === 'link') {
      announce(LINKS[this.#state.link][0]);
    }
    if (what === 'job' && value.state !== 'RUNNING' && value.state !== 'RETRYING') {
      const name = this.#state.machines.get(value.machine)?.name ?? 'a machine';
      announce(`${value.title} of ${name}: ${value.state.toLowerCase()}.`);
    }
    if (!this.#frame) {
      this.#frame = requestAnimationFrame(() => this.#draw());
    }
  }

  #draw() {
    this.#frame = 0;
    const [text, tone] = LINKS[this.#state.link];
    say(this.#link, text);
    this.#link.dataset.tone = tone;
    this.root.classList.toggle('stale', this.#state.link === 'broken');
    this.#sections.forEach((section) => section.draw());
  }
}
