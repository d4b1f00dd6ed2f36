// What the page knows, kept right by the server's event stream. Every stream begins by saying "read everything anew"; changes that
// arrive while that reading is under way are applied after it, so that an older answer never hides a newer change.

import { call } from './api.js';

/** @typedef {'connecting'|'live'|'broken'} Link */

const STATUS_USUAL_MILLIS = 10_000;
const STATUS_SOON_MILLIS = 700;
const SPACE_MILLIS = 60_000;

export class LiveState {
  machines = new Map();
  jobs = new Map();
  agents = new Map();
  /** @type {object|null} */
  status = null;
  /** @type {object|null} */
  keys = null;
  /** @type {object|null} the room of the store and of each history, a minute old at most */
  space = null;
  /** Of these, what each history takes, by its machine. */
  rooms = new Map();
  /** Why the room could not be read last time; empty when it could. */
  spaceTrouble = '';
  /** @type {Link} */
  link = 'connecting';

  #listener;
  #stream = null;
  #waiting = null;
  #timer = 0;
  #statusTimer = 0;
  #statusSoon = 0;
  #spaceTimer = 0;

  /** @param {(what: string, value?: object) => void} listener is told of every change */
  constructor(listener) {
    this.#listener = listener;
  }

  open() {
    this.#connect();
    this.#statusTimer = setInterval(() => this.#readStatus(), STATUS_USUAL_MILLIS);
    this.#spaceTimer = setInterval(() => this.#readSpace(), SPACE_MILLIS);
  }

  close() {
    clearTimeout(this.#timer);
    clearInterval(this.#statusTimer);
    clearInterval(this.#spaceTimer);
    clearTimeout(this.#statusSoon);
    this.#stream?.close();
    this.#stream = null;
  }

  /** Reads anew what no event tells: findings, figures, keys, room. */
  refresh() {
    this.#readStatus();
    this.#readSpace();
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
      await Promise.all([this.#readStatus(), this.#readSpace()]);
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

  async #readSpace() {
    try {
      this.space = await call('GET', '/space');
      this.rooms = new Map(this.space.machines.map((each) => [each.machine, each]));
      this.spaceTrouble = '';
    } catch (error) {
      this.spaceTrouble = error.message;
    }
    this.#listener('space');
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
      case 'store':
        this.#readSpace();
        break;
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
