// The appliance at a glance: the figures that decide whether one has to act, and what one should know.

import { element, fill } from './dom.js';
import { section } from './section.js';
import { bytes, count, duration, PHASES } from './words.js';

const TONES = { CRITICAL: 'bad', WARNING: 'warn', NOTE: 'idle' };

export class OverviewSection {
  id = 'overview';
  title = 'Overview';
  #state;
  #tiles = element('dl.tiles', {});
  #findings = element('ul.findings', { 'aria-label': 'Findings' });
  #section = section(this.id, this.title, this.#tiles, this.#findings);
  root = this.#section.root;

  constructor(state) {
    this.#state = state;
  }

  draw() {
    const status = this.#state.status;
    if (!status) {
      this.#section.summarise('Reading the state …');
      return;
    }
    const machines = status.machinesByPhase.reduce((sum, each) => sum + each.machines, 0);
    const protectedNow = status.machinesByPhase.find((each) => each.phase === 'PROTECTED')?.machines ?? 0;
    const trouble = status.findings.filter((finding) => finding.severity !== 'NOTE').length;
    this.#section.summarise(trouble === 0 ? 'Nothing needs you now.' : `${count(trouble, 'thing needs', 'things need')} you.`);
    fill(
      this.#tiles,
      tile('Protected', `${protectedNow} of ${machines}`, machines > 0 && protectedNow === machines ? 'good' : 'idle', others(status)),
      tile('Critical', String(status.machinesCritical), status.machinesCritical ? 'bad' : 'good', 'machines that wait for a person'),
      tile('Beyond their goal', String(status.rpoGoalsMissed), status.rpoGoalsMissed ? 'bad' : 'good', 'machines whose newest point is too old'),
      tile('Agents lost', String(status.agentsLost), status.agentsLost ? 'bad' : 'good', 'not heard of for 5 seconds'),
      tile('Jobs', String(status.jobsRunning), status.jobsRunning ? 'busy' : 'idle', 'under way'),
      tile('Store', bytes(status.storeFreeBytes), storeTone(status), storeHint(status)),
    );
    fill(this.#findings, status.findings.map(finding));
  }
}

function others(status) {
  const rest = status.machinesByPhase.filter((each) => each.phase !== 'PROTECTED');
  return rest.length === 0 ? 'machines' : rest.map((each) => `${each.machines} ${PHASES[each.phase][0].toLowerCase()}`).join(', ');
}

function storeTone(status) {
  const found = status.findings.find((finding) => finding.code.startsWith('store.'));
  return found ? TONES[found.severity] : 'idle';
}

function storeHint(status) {
  if (status.storeIntakeStopped) {
    return 'free, kept for maintenance: new points are refused';
  }
  return status.storeFullInMillis === undefined ? 'free in the recovery store' : `free; full in ${duration(status.storeFullInMillis)} at the present rate`;
}

function tile(name, value, tone, hint) {
  return element('div', { 'data-tone': tone }, element('dt', {}, name), element('dd.figure', {}, value), element('dd.hint', {}, hint));
}

function finding(found) {
  return element(
    'li',
    { 'data-tone': TONES[found.severity] },
    element('strong', {}, `${found.severity.charAt(0)}${found.severity.slice(1).toLowerCase()}: ${found.object}`),
    element('p', {}, found.message),
    element('p.hint', {}, found.fix),
  );
}
