// Signing in, and changing one's password.

import { changePassword, signIn, signOut } from './api.js';
import { announce, element, field, fill } from './dom.js';

const PASSWORD_LEAST = 12;

/** @returns {HTMLElement} the page on which one signs in */
export function signInPage(setup, done) {
  const user = element('input', { type: 'text', name: 'user', autocomplete: 'username', required: true, autofocus: true, spellcheck: 'false' });
  const password = element('input', { type: 'password', name: 'password', autocomplete: 'current-password', required: true });
  if (!setup.administratorReady) {
    user.value = 'admin';
  }
  const hint = setup.administratorReady
    ? null
    : element('p.note', {}, 'This appliance is new. Sign in as ', element('strong', {}, 'admin'), ' with the one-time password that its first start printed to the terminal.');
  return form('Sign in to Holdfast', 'Sign in', [hint, field('User', user), field('Password', password)], async () => {
    await signIn(user.value, password.value);
    announce('Signed in.');
    done();
  });
}

/** @returns {HTMLElement} the page on which one changes one's own password */
export function passwordPage(session, { forced, done, leave }) {
  const present = element('input', { type: 'password', autocomplete: 'current-password', required: true, autofocus: true });
  const next = element('input', { type: 'password', autocomplete: 'new-password', required: true, minlength: PASSWORD_LEAST, maxlength: 200 });
  const again = element('input', { type: 'password', autocomplete: 'new-password', required: true });
  const why = forced
    ? element('p.note', {}, 'Your password was set by somebody else. Choose one that only you know; until then nothing else is possible.')
    : element('p', {}, 'All your other sessions end when the password changes.');
  const page = form(
    forced ? 'Choose your password' : 'Change your password',
    'Change password',
    [
      why,
      element('input', { type: 'text', value: session.user, autocomplete: 'username', hidden: true }),
      field('Present password', present),
      field('New password', next, `At least ${PASSWORD_LEAST} characters. A few unrelated words are good.`),
      field('New password again', again),
    ],
    async () => {
      if (next.value !== again.value) {
        again.focus();
        throw new Error('The two new passwords differ.');
      }
      await changePassword(present.value, next.value);
      announce('The password was changed.');
      done();
    },
  );
  const back = async () => {
    if (forced) {
      await signOut().catch(() => {});
    }
    leave();
  };
  page.querySelector('.actions').append(element('button', { type: 'button', onclick: back }, forced ? 'Sign out' : 'Back'));
  return page;
}

function form(title, label, fields, submit) {
  const trouble = element('div.trouble', { role: 'alert' });
  const button = element('button.primary', { type: 'submit' }, label);
  const onsubmit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    fill(trouble);
    try {
      await submit();
    } catch (error) {
      fill(trouble, element('p', {}, error.message));
    } finally {
      button.disabled = false;
    }
  };
  return element(
    'main.door',
    { id: 'content' },
    element(
      'form',
      { onsubmit, 'aria-labelledby': 'door-title' },
      element('img.mark', { src: '/mark.svg', alt: '', width: 44, height: 44 }),
      element('h1', { id: 'door-title' }, title),
      fields,
      trouble,
      element('div.actions', {}, button),
    ),
  );
}
