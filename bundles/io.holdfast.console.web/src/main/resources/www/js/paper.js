// The recovery paper: made, shown once, printed, and put into force by one line of it that is typed back. What it says is in this dialog alone
// and is taken out of the page as soon as somebody says that it is on paper.

import { call } from './api.js';
import { announce, element, field, fill } from './dom.js';

const LINE = '[0-9A-Za-z]{4}(-?[0-9A-Za-z]{4}){3}';

/** Opens the dialog; calls back when a paper has come into force. */
export function openPaper(confirmed) {
  const content = element('div.steps-of-paper', {});
  const trouble = element('div.trouble', { role: 'alert' });
  const heading = element('h2', { id: 'dialog-title', tabindex: '-1' });
  const dialog = element('dialog', { 'aria-labelledby': 'dialog-title', onclose: () => dialog.remove() }, heading, content, trouble);
  const leave = element('button', { type: 'button', onclick: () => dialog.close() }, 'Leave all as it is');

  /** Shows one step; what an earlier one showed is gone. */
  const show = (title, ...parts) => {
    fill(trouble);
    heading.textContent = title;
    content.replaceChildren(...parts);
    (content.querySelector('input') ?? heading).focus();
  };

  /** Does something for a button, and says below the step what went wrong. */
  const attempt = async (button, work) => {
    button.disabled = true;
    fill(trouble);
    try {
      await work();
    } catch (error) {
      fill(trouble, element('p', {}, error.message));
    } finally {
      button.disabled = false;
    }
  };

  const explain = () => {
    const make = element('button.primary', { type: 'button', onclick: () => attempt(make, async () => showPaper(await call('POST', '/keys/paper'))) }, 'Make and show it');
    show(
      'Make a recovery paper',
      element('p', {}, 'The paper opens every history of this store, without the appliance and without any password. It is shown once and kept nowhere here.'),
      element('p', {}, 'It takes effect when you type one line of it back. If you do nothing, the paper that is in force, if there is one, stays so; afterwards it opens nothing new.'),
      element('p.note', {}, 'Be alone with the screen and have a printer, or pen and paper.'),
      element('div.actions', {}, make, leave),
    );
  };

  const showPaper = (paper) => {
    show(
      `Recovery paper ${paper.name}`,
      element('pre.paper', {}, paper.text),
      element('p.hint', {}, 'Print it, or write the five lines down. Keep it away from the appliance and from the stores.'),
      element(
        'div.actions',
        {},
        element('button', { type: 'button', onclick: () => window.print() }, 'Print'),
        element('button.primary', { type: 'button', onclick: () => askForLine(paper.name, paper.lineToConfirm) }, 'I have it on paper'),
        leave,
      ),
    );
  };

  const askForLine = (name, number) => {
    const line = element('input', { type: 'text', required: true, autocomplete: 'off', spellcheck: 'false', pattern: LINE, title: 'Four groups of four letters and digits' });
    const confirm = element('button.primary', { type: 'submit' }, 'Put it into force');
    const onsubmit = (event) => {
      event.preventDefault();
      attempt(confirm, async () => {
        await call('POST', '/keys/paper/confirm', { line: line.value.trim() });
        announce(`The recovery paper ${name} is in force.`);
        dialog.close();
        confirmed();
      });
    };
    show(
      `Confirm recovery paper ${name}`,
      element(
        'form',
        { onsubmit },
        element('p', {}, 'The paper is not shown again. One line of it shows that what you hold can be read; if it cannot, leave all as it is and make another one.'),
        field(`Line ${number} of the paper`, line, 'As it stands there, for example 0810-40G2-0810-4EXV.'),
        element('div.actions', {}, confirm, leave),
      ),
    );
  };

  document.body.append(dialog);
  dialog.showModal();
  explain();
}
