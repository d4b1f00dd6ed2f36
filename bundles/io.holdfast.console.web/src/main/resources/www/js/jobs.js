// The jobs: what is under way first, then what ended last; each with its steps, its progress and its error.

import { call } from './api.js';
import { announce, element, fill, keyed, say } from './dom.js';
import { section } from './section.js';
import { bytes, count, duration, JOB_STATES, moment } from './words.js';

const ENDED_SHOWN = 12;
const STEPS = { WAITING: 'to do', RUNNING: 'under way', DONE: 'done', FAILED: 'failed' };

export class JobsSection {
  id = 'jobs';
  title = 'Jobs';
  #state;
  #may;
  #list = element('ul.cards', {});
  #empty = element('div.empty', {});
  #section = section(this.id, this.title, this.#list, this.#empty);
  root = this.#section.root;

  constructor(state, may) {
    this.#state = state;
    this.#may = may;
  }

  draw() {
    const all = [...this.#state.jobs.values()].sort((a, b) => b.createdMillis - a.createdMillis);
    const running = all.filter((job) => !job.endedMillis);
    const ended = all.filter((job) => job.endedMillis).slice(0, ENDED_SHOWN);
    this.#section.summarise(this.#state.link === 'connecting' ? 'Reading the jobs …' : running.length ? `${count(running.length, 'job', 'jobs')} under way` : 'None under way');
    keyed(this.#list, [...running, ...ended], (job) => job.id, () => new JobRow(this.#state, this.#may));
    fill(this.#empty, all.length === 0 && this.#state.link !== 'connecting' ? element('p', {}, 'No job has been started yet.') : null);
  }
}

class JobRow {
  #state;
  #job;
  #title = element('h3', {});
  #when = element('p.hint', {});
  #badge = element('span.badge', {});
  #step = element('div.step', {});
  #error = element('div', {});
  #steps = element('ol.steps', {});
  #buttons = element('div.buttons', {});

  constructor(state, may) {
    this.#state = state;
    if (may.operate) {
      this.#buttons.append(this.#button('Try again now', 'retry'), this.#button('Cancel the job', 'cancel'));
    }
    this.root = element(
      'li',
      {},
      element(
        'article.card.job',
        {},
        element('div.row', {}, element('div.title', {}, this.#title, this.#when), element('div.states', {}, this.#badge), this.#step, this.#buttons),
        this.#error,
        element('details.why', {}, element('summary', {}, 'Steps'), this.#steps),
      ),
    );
  }

  update(job) {
    this.#job = job;
    const [text, tone] = JOB_STATES[job.state];
    say(this.#title, `${job.title}: ${this.#state.machines.get(job.machine)?.name ?? 'a machine that is no longer known'}`);
    say(this.#when, `${moment(job.createdMillis)} by ${job.startedBy}${job.endedMillis ? `, took ${duration(job.endedMillis - job.createdMillis)}` : ''}`);
    say(this.#badge, text);
    this.#badge.dataset.tone = tone;
    fill(this.#step, present(job));
    fill(this.#error, trouble(job));
    fill(this.#steps, job.steps.map(step));
    this.#buttons.children[0]?.toggleAttribute('hidden', job.state !== 'RETRYING' && job.state !== 'FAILED');
    this.#buttons.children[1]?.toggleAttribute('hidden', Boolean(job.endedMillis));
  }

  #button(text, what) {
    const onclick = async () => {
      try {
        await call('POST', `/jobs/${this.#job.id}/${what}`);
      } catch (error) {
        announce(error.message);
        this.#error.replaceChildren(element('p.trouble', { role: 'alert' }, error.message));
      }
    };
    return element('button.quiet', { type: 'button', hidden: true, onclick }, text);
  }
}

function present(job) {
  const done = job.steps.filter((each) => each.state === 'DONE').length;
  const now = job.steps.find((each) => each.state === 'RUNNING' || each.state === 'FAILED');
  if (job.endedMillis || !now) {
    return element('span.hint', {}, `${done} of ${count(job.steps.length, 'step', 'steps')}`);
  }
  const bar = now.progress?.total ? element('progress', { max: now.progress.total, value: now.progress.done, 'aria-label': now.title }) : element('progress', { 'aria-label': now.title });
  return [element('span', {}, `${done + 1} of ${job.steps.length}: ${now.title}`), bar];
}

function trouble(job) {
  if (!job.error) {
    return null;
  }
  const again = job.retryAtMillis ? `Tried ${count(job.failedAttempts, 'time', 'times')}; again at ${moment(job.retryAtMillis)}. ` : '';
  return element(
    'div.trouble',
    { 'data-tone': job.state === 'FAILED' ? 'bad' : 'warn' },
    element('p', {}, element('code', {}, job.error.code), ` ${job.error.message}`),
    element('p.hint', {}, again + job.error.fix),
  );
}

function step(each) {
  return element(
    'li',
    { 'data-state': each.state },
    element('strong', {}, each.title),
    ` — ${STEPS[each.state]}`,
    each.progress?.total ? `, ${amount(each.progress.done, each.progress.unit)} of ${amount(each.progress.total, each.progress.unit)}` : '',
    each.evidence.length ? element('ul.evidence', {}, each.evidence.map((found) => element('li', {}, `${found.name}: `, element('code', {}, found.value)))) : null,
  );
}

const amount = (value, unit) => (unit === 'bytes' ? bytes(value) : `${value} ${unit}`);
