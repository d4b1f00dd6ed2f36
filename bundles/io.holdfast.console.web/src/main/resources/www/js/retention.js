// What a machine's history takes and keeps, and the dialog in which that is changed.

import { call, machinePath } from './api.js';
import { named, openDialog, retype } from './dialog.js';
import { announce, element, field, fill } from './dom.js';
import { fact } from './section.js';
import { bytes, count, outlook } from './words.js';

const FOR_EVER_HOURS = 876_600;
const DAYS_SAID_FROM_HOURS = 48;

/** The rule of one machine, read when it is opened. */
export class MachineRetention {
  #state;
  #machine;
  #answer = null;
  #trouble = null;
  #facts = element('dl.facts', {});
  #said = element('div', {});
  #change = element('button', { type: 'button', hidden: true, onclick: () => this.#open() }, 'Change what is kept');
  #reason = element('p.hint', {}, 'Changing what is kept needs an administrator.');
  root = element('div.stack', {}, this.#facts, this.#said, element('div.buttons', {}, this.#change), this.#reason);

  constructor(machine, state, may) {
    this.#machine = machine;
    this.#state = state;
    this.#change.disabled = !may.administer;
    this.#reason.hidden = may.administer;
  }

  update(machine) {
    this.#machine = machine;
    this.#draw();
  }

  async read() {
    try {
      this.#take(await call('GET', machinePath(this.#machine, '/retention')));
    } catch (error) {
      this.#trouble = error;
      this.#draw();
    }
  }

  #take(answer) {
    this.#answer = answer;
    this.#trouble = null;
    this.#draw();
  }

  #draw() {
    const none = this.#trouble?.code === 'NOT_FOUND';
    const answer = none ? null : this.#answer;
    this.#change.hidden = !answer;
    fill(this.#facts, answer ? [...room(answer, this.#state.space), ...kept(answer)] : null);
    fill(this.#said, none ? element('p.hint', {}, 'No history is kept of this machine.') : this.#trouble ? element('div.trouble', { role: 'alert' }, named(this.#trouble)) : null);
  }

  #open() {
    const machine = this.#machine;
    const form = fields(this.#answer);
    openDialog({
      title: `What is kept: ${machine.name}`,
      says: [
        'Points that are not kept any more are gone for good; their room comes back as segments are cleaned. If you do nothing, all stays as it is.',
      ],
      content: [form.content, retype('Neither a point that is gone nor a lock that is made longer can be taken back.', machine)],
      go: 'Keep this from now on',
      refused: form.refused,
      submit: async () => {
        this.#take(await call('PUT', machinePath(machine, '/retention'), form.body()));
        this.#state.refresh();
        announce(`What is kept of ${machine.name} was changed.`);
      },
    });
  }
}

function room(answer, space) {
  const intake = answer.intakeBytesPerDay;
  const left = answer.freeBytes + answer.reclaimableBytes;
  return [
    fact('History', bytes(answer.atRestBytes)),
    fact('Live', `${bytes(answer.atRestBytes - answer.reclaimableBytes)}, what kept points need`),
    fact('Reclaimable', `${bytes(answer.reclaimableBytes)}, what cleaning has left for now`),
    fact('Intake', intake === 0 ? 'nothing noted in the last day' : `${bytes(intake)} a day; the store has room for ${count(Math.floor(left / intake), 'day', 'days')} of this machine alone`),
    space ? fact('Store', `${bytes(answer.freeBytes)} left for new points. ${outlook(space).text}`) : null,
  ];
}

function kept({ retention, coldWaitingBytes, coldForecastMinutes }) {
  const { hourly, daily, weekly, yearly } = retention;
  const firsts = [
    [hourly, 'hour', 'hours'],
    [daily, 'day', 'days'],
    [weekly, 'week', 'weeks'],
    [yearly, 'year', 'years'],
  ].filter(([number]) => number > 0);
  const waiting = coldWaitingBytes ? `; ${bytes(coldWaitingBytes)} wait, for ${count(coldForecastMinutes, 'minute', 'minutes')}` : '';
  return [
    fact('Every point', hours(retention.fullDensityHours)),
    fact('First of each', firsts.length ? firsts.map(([number, one, many]) => `${one} for ${count(number, one, many)}`).join(', ') : 'nothing'),
    fact('Named points', hours(retention.markersHours)),
    fact('Lock', retention.lockHours ? hours(retention.lockHours) : 'none'),
    fact('Cold tier', retention.coldMinutes ? `after ${hours(retention.coldHours)}, ${count(retention.coldMinutes, 'minute', 'minutes')} of processor time a day${waiting}` : 'none'),
  ];
}

function fields({ retention, coldWaitingBytes, coldForecastMinutes }) {
  const numbers = {};
  /** Bounds are the server's to know and to name; here only whole numbers can be typed. */
  const number = (name, label, hint) => {
    numbers[name] = element('input', { type: 'number', step: 1, value: retention[name], required: true });
    return field(label, numbers[name], hint);
  };
  const waiting = coldWaitingBytes ? ` Now ${bytes(coldWaitingBytes)} wait, which will take ${count(coldForecastMinutes, 'minute', 'minutes')}.` : '';
  return {
    content: [
      number('fullDensityHours', 'Every point, for hours', `${FOR_EVER_HOURS} is for ever. At least as long as the lock.`),
      element(
        'fieldset',
        {},
        element('legend', {}, 'Behind that, the first point of each'),
        element('div.numbers', {}, number('hourly', 'Hour, for hours'), number('daily', 'Day, for days'), number('weekly', 'Week, for weeks'), number('yearly', 'Year, for years')),
      ),
      number('markersHours', 'Points with a name, for hours', `${FOR_EVER_HOURS} is for ever.`),
      number('lockHours', 'Lock, in hours', 'Nothing younger is retired, unpinned or destroyed, by anybody. It can be made longer at any time, and shorter only when no history younger than it is there. 0 is no lock.'),
      element(
        'fieldset',
        {},
        element('legend', {}, 'Cold tier: old history is coded anew, to take less room'),
        element('div.numbers', {}, number('coldHours', 'From an age of hours'), number('coldMinutes', 'Processor minutes a day')),
        element('p.hint', {}, `0 minutes is never. It needs the machine's keys: a blind master target codes nothing.${waiting}`),
      ),
    ],
    body: () => Object.fromEntries(Object.entries(numbers).map(([name, input]) => [name, input.valueAsNumber])),
    refused: (error) => Object.entries(numbers).forEach(([name, input]) => input.setAttribute('aria-invalid', String(name === error.object))),
  };
}

function hours(number) {
  if (number === FOR_EVER_HOURS) {
    return 'for ever';
  }
  const days = number >= DAYS_SAID_FROM_HOURS && number % 24 === 0 ? ` (${count(number / 24, 'day', 'days')})` : '';
  return `${count(number, 'hour', 'hours')}${days}`;
}
