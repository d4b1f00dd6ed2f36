// What an operator can ask for. Each action names its machine, says what will happen and what happens otherwise, and owns its error.

import { call, machinePath } from './api.js';
import { openDialog, retype } from './dialog.js';
import { announce, element, field } from './dom.js';
import { OPERATIONS, point } from './words.js';

/**
 * @typedef {object} Action
 * @property {(machine: object) => string[]} says what will happen, and what if one does nothing
 * @property {(machine: object, preset: object) => Fields} [fields]
 * @property {string} path below the machine
 * @property {string} [retype] why the name has to be typed
 * @property {boolean} [danger]
 */

/** @typedef {{content: HTMLElement[], body: () => object, refused?: (error: ApiError) => void}} Fields */

/** @type {Record<string, Action>} */
const ACTIONS = {
  PAUSE: {
    path: '/pause',
    says: () => ['No new recovery points are made while protection is paused; those that are there stay. The source notes what changes, and only that is sent afterwards.'],
    fields: pauseFields,
  },
  RESUME: {
    path: '/resume',
    says: () => ['What changed meanwhile is sent; then new recovery points are made again.'],
  },
  MARK: {
    path: '/markers',
    says: () => ['The point of now gets a name, by which it is found again later.'],
    fields: markFields,
  },
  RESYNCHRONISE: {
    path: '/resynchronise',
    says: () => ['Source and store are compared and differences are sent. Until that has ended no new recovery points are made; those that are there stay.'],
  },
  TEST_FAILOVER: {
    path: '/test-failover',
    says: (machine) => [`A replica of ${machine.name} boots beside it. Protection goes on and the source is not touched. Clean up when you have seen enough; until then the replica uses space.`],
    fields: pointAndNetworkFields,
  },
  CLEAN_UP_TEST_FAILOVER: {
    path: '/test-failover/clean-up',
    says: (machine) => [`The test replica of ${machine.name} is stopped and everything written in it is thrown away. Protection and history are not touched.`],
  },
  FAILOVER: {
    path: '/failover',
    danger: true,
    retype: 'A failover moves production.',
    says: (machine) => [
      `${machine.name} stops being replicated and boots here, as it was at the point you choose. From then on the replica is production.`,
      'You can cancel until you commit. If you do nothing, all stays as it is and points go on being made as long as the source runs.',
    ],
    fields: failoverFields,
  },
  CANCEL_FAILOVER: {
    path: '/failover/cancel',
    danger: true,
    retype: 'What was written in the replica is lost.',
    says: (machine) => [`The replica of ${machine.name} is stopped and what was written in it is thrown away. The source is taken up again and resynchronised.`],
  },
  COMMIT_FAILOVER: {
    path: '/failover/commit',
    says: (machine) => [`The failover of ${machine.name} stands and can no longer be cancelled. While it runs, its replica is made independent of the recovery store.`],
  },
  UNPROTECT: {
    path: '/unprotect',
    danger: true,
    retype: 'Without protection a loss of this machine is final.',
    says: (machine) => [`No more recovery points of ${machine.name} are made. The machine itself is not touched.`],
    fields: unprotectFields,
  },
};

/**
 * Opens the dialog of an action.
 * @param {string} operation
 * @param {object} machine
 * @param {{point?: string}} preset
 */
export function openAction(operation, machine, preset) {
  const action = ACTIONS[operation];
  const fields = action.fields?.(machine, preset) ?? { content: [], body: () => undefined };
  openDialog({
    title: `${OPERATIONS[operation]}: ${machine.name}`,
    says: action.says(machine),
    content: [fields.content, action.retype ? retype(action.retype, machine) : null],
    go: OPERATIONS[operation],
    danger: action.danger,
    refused: fields.refused,
    submit: async () => {
      const job = await call('POST', machinePath(machine, action.path), fields.body());
      announce(`Begun: ${job.title} of ${machine.name}.`);
    },
  });
}

function pauseFields() {
  const minutes = element('input', { type: 'number', min: 0, max: 10_080, value: 30, required: true });
  return { content: [field('Minutes', minutes, 'After so long it goes on by itself. 0: until you resume it.')], body: () => ({ minutes: minutes.valueAsNumber }) };
}

function markFields() {
  const label = element('input', { type: 'text', required: true, maxlength: 200 });
  return { content: [field('Name of the point', label)], body: () => ({ label: label.value }) };
}

function pointAndNetworkFields(machine, preset) {
  const latest = machine.latestPoint ? ` (${point(machine.latestPoint)})` : '';
  const which = element('input', { type: 'text', value: preset.point ?? 'latest', required: true, spellcheck: 'false' });
  const network = element('input', { type: 'text', value: 'isolated', required: true, spellcheck: 'false' });
  return {
    content: [
      field('Recovery point', which, `latest${latest}, a position such as 3:1200, or a UTC time such as 2026-11-21T10:15:30Z.`),
      field('Network', network, 'isolated, or bridge:NAME for a bridge of the target.'),
    ],
    body: () => ({ point: which.value.trim(), network: network.value.trim() }),
  };
}

function failoverFields(machine, preset) {
  const both = pointAndNetworkFields(machine, preset);
  const force = element('input', { type: 'checkbox', id: 'force' });
  const forcing = element(
    'div.field.check',
    { hidden: true },
    force,
    element('label', { for: 'force' }, 'The source still runs: fail over all the same. Two machines may then be running; this goes on record.'),
  );
  return {
    content: [...both.content, forcing],
    body: () => ({ ...both.body(), force: force.checked }),
    refused: (error) => {
      forcing.hidden &&= error.code !== 'SOURCE_STILL_RUNNING';
    },
  };
}

function unprotectFields() {
  const keep = element('input', { type: 'radio', name: 'history', value: 'KEEP', id: 'history-keep', checked: true });
  const destroy = element('input', { type: 'radio', name: 'history', value: 'DESTROY', id: 'history-destroy' });
  const choice = (input, text) => element('div.field.check', {}, input, element('label', { for: input.id }, text));
  return {
    content: [
      element(
        'fieldset',
        {},
        element('legend', {}, 'What becomes of the history?'),
        choice(keep, 'Keep it. Its points can still be booted in a test failover.'),
        choice(destroy, 'Destroy it and its keys. Nothing can bring it back.'),
      ),
    ],
    body: () => ({ history: destroy.checked ? 'DESTROY' : 'KEEP' }),
  };
}
