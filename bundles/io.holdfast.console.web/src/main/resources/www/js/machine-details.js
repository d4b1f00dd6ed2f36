// One machine, opened: what can be done now and why the rest cannot, its replicas, its last points, what its history takes and keeps, its facts.

import { openAction } from './actions.js';
import { call, machinePath } from './api.js';
import { element, fill } from './dom.js';
import { MachineRetention } from './retention.js';
import { fact } from './section.js';
import { bytes, CODECS, CONNECTIONS, count, duration, moment, OPERATIONS, point } from './words.js';

const POINTS_SHOWN = 8;
const DANGEROUS = new Set(['FAILOVER', 'UNPROTECT']);

export class MachineDetails {
  #machine;
  #may;
  #points = null;
  #pointsTrouble = '';
  #actions = element('div', {});
  #replicas = element('div', {});
  #pointList = element('div', {});
  #facts = element('dl.facts', {});
  #retention;

  constructor(machine, state, may) {
    this.#machine = machine;
    this.#may = may;
    this.#retention = new MachineRetention(machine, state, may);
    this.root = element(
      'div.columns',
      {},
      element('div.column', {}, block('What you can do now', this.#actions), block('Replicas', this.#replicas), block('Room and what is kept', this.#retention.root)),
      element('div.column', {}, block('Last recovery points', this.#pointList), block('About this machine', this.#facts)),
    );
  }

  update(machine) {
    this.#machine = machine;
    this.#drawActions();
    fill(this.#replicas, machine.replicas.length === 0 ? element('p.hint', {}, 'There is none.') : machine.replicas.map(replica));
    fill(this.#facts, facts(machine));
    this.#retention.update(machine);
  }

  /** Reads what no event tells. */
  read() {
    this.readPoints();
    this.#retention.read();
  }

  async readPoints() {
    try {
      this.#points = await call('GET', machinePath(this.#machine, `/points?limit=${POINTS_SHOWN}`));
      this.#pointsTrouble = '';
    } catch (error) {
      this.#pointsTrouble = error.message;
    }
    this.#drawPoints();
  }

  /** Listeners do not survive a comparison by markup, so buttons are only made anew when the legal steps differ. */
  #drawActions() {
    const steps = this.#machine.nextSteps;
    const look = JSON.stringify(steps);
    if (this.#actions.dataset.look === look) {
      return;
    }
    const first = !this.#actions.dataset.look;
    this.#actions.dataset.look = look;
    if (!first) {
      this.readPoints();
    }
    const legal = steps.filter((step) => step.legal);
    const refused = steps.filter((step) => !step.legal);
    this.#actions.replaceChildren(
      this.#may.operate ? '' : element('p.note', {}, 'Your role is viewer: you can look at everything. Doing something needs an operator.'),
      element('div.buttons', {}, legal.map((step) => this.#button(step.operation))),
      refused.length === 0 ? '' : element('details.why', {}, element('summary', {}, 'Not possible now, and why'), element('ul', {}, refused.map(reason))),
    );
  }

  #button(operation) {
    return element(
      DANGEROUS.has(operation) ? 'button.danger' : 'button',
      { type: 'button', disabled: !this.#may.operate, onclick: () => openAction(operation, this.#machine, {}) },
      OPERATIONS[operation],
    );
  }

  #drawPoints() {
    if (this.#pointsTrouble) {
      this.#pointList.replaceChildren(element('p.trouble', { role: 'alert' }, this.#pointsTrouble));
      return;
    }
    const again = element('button.quiet', { type: 'button', onclick: () => this.readPoints() }, 'Read again');
    if (this.#points.length === 0) {
      this.#pointList.replaceChildren(element('p.hint', {}, 'There is none yet. The first one appears when the initial copy is complete and proven.'), again);
      return;
    }
    this.#pointList.replaceChildren(
      element('p.hint', {}, 'Every proven write is a point; these are spread over the history, newest first.'),
      element('ol.points', {}, this.#points.map((each) => this.#point(each))),
      again,
    );
  }

  #point(each) {
    const testable = this.#may.operate && this.#machine.nextSteps.some((step) => step.operation === 'TEST_FAILOVER' && step.legal);
    const test = () => openAction('TEST_FAILOVER', this.#machine, { point: each.position });
    return element(
      'li',
      {},
      element('span', {}, point(each)),
      element('code', {}, each.position),
      testable ? element('button.quiet', { type: 'button', onclick: test, 'aria-label': `Test failover to ${point(each)}` }, 'Test') : null,
    );
  }
}

function block(title, content) {
  return element('section', {}, element('h4', {}, title), content);
}

function reason(step) {
  return element('li', {}, element('strong', {}, `${OPERATIONS[step.operation]}: `), step.reason);
}

function replica(each) {
  const hydration = each.hydration;
  return element(
    'div.replica',
    {},
    element('p', {}, element('strong', {}, each.purpose === 'TEST' ? 'Test replica' : 'Production replica'), ` ${each.state.toLowerCase()}, from ${each.point}, network ${each.network}`),
    hydration
      ? element('p', {}, element('progress', { max: Math.max(1, hydration.total), value: hydration.done, 'aria-label': 'Data it holds itself' }), ` ${bytes(hydration.done)} of ${bytes(hydration.total)} held by itself`)
      : null,
    Object.entries(each.connections).map(([name, value]) => element('p.hint', {}, `${CONNECTIONS[name] ?? name}: `, element('code', {}, value))),
  );
}

function facts(machine) {
  const status = machine.replication?.status;
  const source = machine.facts;
  const rows = [
    ['Source', source ? `${source.hypervisor}, ${source.running ? 'running' : 'not running'} when last looked at` : 'not looked at yet'],
    ['Hardware', source ? `${count(source.hardware.processors, 'processor', 'processors')}, ${source.hardware.memoryMebibytes} MiB, ${source.hardware.firmware}` : '—'],
    ['Disks', source ? source.disks.map((disk) => `${disk.identity} ${bytes(disk.sizeBytes)}`).join(', ') : '—'],
    ['Protected since', moment(machine.createdMillis)],
    ['Written by the guest', status ? bytes(status.writtenBytes) : '—'],
    ['Sent', status ? bytes(status.sentBytes) : '—'],
    ['Compression', machine.coding ? `${CODECS[machine.coding.codec]}. ${machine.coding.reason}` : '—'],
    ['Longest guest write', status ? duration(status.longestWriteMicros / 1_000) : '—'],
    ['Gaps', status ? String(status.gaps) : '—'],
    ['Identity', machine.id],
  ];
  return rows.map(([name, value]) => fact(name, value));
}
