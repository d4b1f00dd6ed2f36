// What the page knows, kept right by the server's event stream. Every stream begins by saying "read everything anew"; changes that
// arrive while that reading is under way are applied after it, so that an older answer never hides a newer change.

import { call } from './api.js';

/** @typedef {'connecting'|'live'|'broken'} Link */

const STATUS_USUAL_MILLIS = 10_000;
const STATUS_SOON_MILLIS = 700;

export class LiveState {
  machines = new Map();
  jobs = new Map();
  agents = new Map();
  /** @type {object|null} */
  status = null;
  /** @type {object|null} */
  keys = null;
  /** @type {Link} */
  link = 'connecting';

  #listener;
  #stream = null;
  #waiting = null;
  #timer = 0;
  #statusTimer = 0;
  #statusSoon = 0;

  /** @param {(what: string, value?: object) => void} listener is told of every change */
  constructor(listener) {
    this.#listener = listener;
  }

  open() {
    this.#connect();
    this.#statusTimer = setInterval(() => this.#readStatus(), STATUS_USUAL_MILLIS);
  }

  close() {
    clearTimeout(this.#timer);
    clearInterval(this.#statusTimer);
    clearTimeout(this.#statusSoon);
    this.#stream?.close();
    this.#stream = null;
  }

  /** Reads anew what no event tells: findings, figures, keys. */
  refresh() {
    this.#readStatus();
  }

  #connect() {
    const stream = new EventSource('/api/v1/events');
    this.#stream = stream;
    stream.addEventListener('begin', () => this.#readAll());
    for (const name of ['machine', 'machine-removed', 'job', 'agent', 'store']) {
      stream.addEventListener(name, (event) => this.#take(name, JSON.parse(event.data)));
    }
    stream.addEventListener('error', () => this.#broken(stream));
  }

  #broken(stream) {
    this.#setLink('broken');
    if (stream.readyState === EventSource.CLOSED && stream === this.#stream) {
      this.#timer = setTimeout(async () => {
        await call('GET', '/session').catch(() => {});
        if (this.#stream === stream) {
          this.#connect();
        }
      }, 3_000);
    }
  }

  async #readAll() {
    this.#waiting ??= [];
    try {
      const [machines, jobs, agents] = await Promise.all([
        call('GET', '/machines'),
        call('GET', '/jobs?limit=50'),
        call('GET', '/agents'),
      ]);
      this.machines = byId(machines);
      this.jobs = byId(jobs);
      this.agents = byId(agents);
      await this.#readStatus();
      this.#setLink('live');
    } catch {
      this.#setLink('broken');
    }
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting.forEach(([name, value]) => this.#apply(name, value));
    this.#listener('all');
  }

  async #readStatus() {
    try {
      this.status = await call('GET', '/status');
      this.keys = await call('GET', '/keys');
      this.#listener('status');
    } catch {
      // what was shown stays; the state of the link says that it may be old
    }
  }

  /** What was said changes the figures of the whole; what comes with it in the same moment is waited for. */
  #readStatusSoon() {
    this.#statusSoon ||= setTimeout(() => {
      this.#statusSoon = 0;
      this.#readStatus();
    }, STATUS_SOON_MILLIS);
  }

  #take(name, value) {
    if (this.#waiting) {
      this.#waiting.push([name, value]);
    } else {
      this.#apply(name, value);
      this.#listener(name, value);
    }
  }

  #apply(name, value) {
    if (name !== 'machine' || standing(value) !== standing(this.machines.get(value.id))) {
      this.#readStatusSoon();
    }
    switch (name) {
      case 'machine':
        this.machines.set(value.id, value);
        break;
      case 'machine-removed':
        this.machines.delete(value.machine);
        break;
      case 'job':
        this.jobs.set(value.id, value);
        break;
      case 'agent':
        this.agents.set(value.id, value);
        break;
    }
  }

  #setLink(link) {
    if (this.link !== link) {
      this.link = link;
      this.#listener('link');
    }
  }
}

/** Where a machine stands, apart from its figures, which change all the time. */
const standing = (machine) => JSON.stringify([machine?.protection, machine?.error, machine?.replication?.rpoGoalMet]);

const byId = (items) => new Map(items.map((item) => [item.id, item]));
