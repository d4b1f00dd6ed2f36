// The dialog in which something is asked for: it names its object, says what will happen, and owns its error.

import { element, field, fill } from './dom.js';

/** What an error is, with its name, which the documentation explains. */
export const named = (error) => element('p', {}, error.code ? [element('code', {}, error.code), ' '] : null, error.message);

/**
 * Opens a dialog with a form.
 * @param {{title: string, says: string[], content: Array, go: string, danger?: boolean, submit: () => Promise<void>, refused?: (error: ApiError) => void}} what
 *   submit does it; when it throws, refused is told, the error is shown, and the dialog stays
 */
export function openDialog({ title, says, content, go, danger, submit, refused }) {
  const trouble = element('div.trouble', { role: 'alert' });
  const button = element(danger ? 'button.danger' : 'button.primary', { type: 'submit' }, go);
  const close = () => dialog.close();
  const onsubmit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    fill(trouble);
    try {
      await submit();
      close();
    } catch (error) {
      refused?.(error);
      fill(trouble, named(error));
      trouble.scrollIntoView({ block: 'nearest' });
    } finally {
      button.disabled = false;
    }
  };
  const dialog = element(
    'dialog',
    { 'aria-labelledby': 'dialog-title', onclose: () => dialog.remove() },
    element(
      'form',
      { onsubmit },
      element('h2', { id: 'dialog-title' }, title),
      says.map((text) => element('p', {}, text)),
      content,
      trouble,
      element('div.actions', {}, button, element('button', { type: 'button', onclick: close }, 'Leave all as it is')),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}

/** A field into which a machine's name has to be typed before what cannot be taken back is done. */
export function retype(why, machine) {
  const pattern = machine.name.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  const input = element('input', { type: 'text', required: true, autocomplete: 'off', spellcheck: 'false', pattern, title: `Type ${machine.name}` });
  return field(`Type ${machine.name} to confirm`, input, why);
}
