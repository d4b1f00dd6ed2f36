// The machines: how each stands now, and, opened, everything about it and what can be done.

import { element, fill, keyed, say } from './dom.js';
import { MachineDetails } from './machine-details.js';
import { section } from './section.js';
import { bytes, count, DRILLS, duration, PHASES, point, rpo } from './words.js';

/** More rows than anybody reads; the filter finds the others. */
const SHOWN_MAX = 200;

export class MachinesSection {
  id = 'machines';
  title = 'Machines';
  #state;
  #may;
  #filter = element('input', { type: 'search', placeholder: 'Filter by name or state', 'aria-label': 'Filter machines', oninput: () => this.draw() });
  #list = element('ul.cards', {});
  #empty = element('div.empty', {});
  #section = section(this.id, this.title, element('div.tools', {}, this.#filter), this.#list, this.#empty);
  root = this.#section.root;

  constructor(state, may) {
    this.#state = state;
    this.#may = may;
  }

  draw() {
    const all = [...this.#state.machines.values()].sort((a, b) => urgency(a) - urgency(b) || a.name.localeCompare(b.name));
    const wanted = this.#filter.value.trim().toLowerCase();
    const found = all.filter((machine) => `${machine.name} ${PHASES[machine.protection.phase][0]} ${machine.agentName}`.toLowerCase().includes(wanted));
    const shown = found.slice(0, SHOWN_MAX);
    this.#filter.hidden = all.length < 6 && !wanted;
    this.#section.summarise(this.#summary(all, found, shown));
    keyed(this.#list, shown, (machine) => machine.id, (machine) => new MachineRow(machine, this.#state, this.#may));
    fill(this.#empty, this.#state.link !== 'connecting' && shown.length === 0 ? nothing(all.length > 0) : null);
  }

  #summary(all, found, shown) {
    if (this.#state.link === 'connecting') {
      return 'Reading the machines …';
    }
    if (shown.length < found.length) {
      return `The first ${shown.length} of ${found.length}. Filter to find the others.`;
    }
    return found.length === all.length ? count(all.length, 'machine', 'machines') : `${found.length} of ${count(all.length, 'machine', 'machines')}`;
  }
}

/** What needs a person comes first. */
function urgency(machine) {
  if (machine.protection.critical) {
    return 0;
  }
  return machine.protection.phase === 'PROTECTED' ? 2 : 1;
}

function nothing(filtered) {
  return filtered
    ? element('p', {}, 'No machine is like that.')
    : [
        element('p', {}, 'No machine is protected yet.'),
        element('p.hint', {}, 'Protect the first one from a terminal:'),
        element('pre', { tabindex: '0' }, 'holdfastctl protect --name NAME --agent AGENT --qmp PATH --qmp-oob PATH'),
      ];
}

class MachineRow {
  #details = null;
  #opened = false;
  #machine;
  #all;
  #may;
  #name = element('h3', {});
  #where = element('p.hint', {});
  #state = element('div.states', {});
  #figures = element('dl.figures', {});
  #copy = element('div.copy', {});
  #error = element('div', {});
  #body = element('div.details', { hidden: true });
  #toggle = element('button.quiet', { type: 'button', 'aria-expanded': 'false', onclick: () => this.#open() }, 'Details');

  constructor(machine, all, may) {
    this.#all = all;
    this.#may = may;
    this.#machine = machine;
    const titleId = `machine-${machine.id}`;
    this.#name.id = titleId;
    this.#body.id = `${titleId}-details`;
    this.#toggle.setAttribute('aria-controls', this.#body.id);
    this.#toggle.setAttribute('aria-describedby', titleId);
    this.root = element(
      'li',
      {},
      element(
        'article.card',
        { 'aria-labelledby': titleId },
        element('div.row', {}, element('div.title', {}, this.#name, this.#where), this.#state, this.#figures, this.#toggle),
        this.#copy,
        this.#error,
        this.#body,
      ),
    );
  }

  update(machine) {
    this.#machine = machine;
    say(this.#name, machine.name);
    say(this.#where, machine.activeLocation === 'SECONDARY' ? 'runs here, as a replica' : `on ${machine.agentName}`);
    fill(this.#state, badges(machine));
    fill(this.#figures, figures(machine), room(this.#all.rooms.get(machine.id), Boolean(this.#all.space)));
    fill(this.#copy, copy(machine));
    fill(this.#error, trouble(machine));
    this.#details?.update(machine);
  }

  #open() {
    this.#opened = !this.#opened;
    this.#body.hidden = !this.#opened;
    this.#toggle.setAttribute('aria-expanded', String(this.#opened));
    if (this.#opened && !this.#details) {
      this.#details = new MachineDetails(this.#machine, this.#all, this.#may);
      this.#body.append(this.#details.root);
    }
    if (this.#opened) {
      this.#details.update(this.#machine);
      this.#details.read();
    }
  }
}

function badges(machine) {
  const { phase, drill, critical, sourceReappeared } = machine.protection;
  const [text, tone] = PHASES[phase];
  const badge = (label, kind) => element('span.badge', { 'data-tone': kind }, label);
  return [
    critical ? badge('Critical', 'bad') : null,
    badge(text, tone),
    drill === 'NONE' ? null : badge(DRILLS[drill], 'busy'),
    sourceReappeared ? badge('The source has appeared again', 'warn') : null,
    machine.replication && !machine.replication.agentHeard ? badge('Agent not heard of', 'bad') : null,
  ];
}

function figures(machine) {
  const objective = rpo(machine);
  const status = machine.replication?.status;
  const lag = status ? status.givenSequence - status.provenSequence : null;
  return [
    figure('Recovery point objective', objective.text, `goal ${duration(machine.policy.rpoGoalMillis)}`, objective.tone),
    figure('Not yet safe', lag === null ? 'Unknown' : count(lag, 'write', 'writes'), status ? `${bytes(status.logBytes)} in the change log` : ''),
    figure('Latest point', machine.latestPoint ? point(machine.latestPoint) : 'None yet', machine.latestPoint ? `position ${machine.latestPoint.position}` : ''),
  ];
}

function room(history, known) {
  if (!history) {
    return figure('Room in the store', known ? 'None yet' : 'Unknown', '');
  }
  return figure('Room in the store', bytes(history.historyBytes), `live ${bytes(history.liveBytes)}, reclaimable ${bytes(history.reclaimableBytes)}`);
}

function figure(name, value, hint, tone) {
  return element('div', { 'data-tone': tone }, element('dt', {}, name), element('dd', {}, value), element('dd.hint', {}, hint));
}

function copy(machine) {
  const status = machine.replication?.status;
  if (!status?.copyKind) {
    return null;
  }
  const title = status.copyKind === 'initial' ? 'Initial copy' : 'Resynchronisation';
  const percent = status.copyBytesTotal ? Math.floor((100 * status.copyBytesDone) / status.copyBytesTotal) : 0;
  return [
    element('progress', { max: Math.max(1, status.copyBytesTotal), value: status.copyBytesDone, 'aria-label': `${title} of ${machine.name}` }),
    element('span', {}, `${title}: ${percent} %, ${bytes(status.copyBytesDone)} of ${bytes(status.copyBytesTotal)}`),
  ];
}

function trouble(machine) {
  if (!machine.error) {
    return null;
  }
  return element(
    'div.trouble',
    { 'data-tone': machine.protection.critical ? 'bad' : 'warn' },
    element('p', {}, element('code', {}, machine.error.code), ` ${machine.error.message}`),
    element('p.hint', {}, machine.error.fix),
  );
}
