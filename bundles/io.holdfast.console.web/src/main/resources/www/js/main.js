// Decides what the page shows: the sign-in, the change of a password that somebody else set, or the state.

import { call, session, whenSignedOut } from './api.js';
import { announce, element } from './dom.js';
import { passwordPage, signInPage } from './sign.js';
import { Shell } from './shell.js';

const app = document.getElementById('app');
let shell = null;

async function begin() {
  try {
    const signedIn = await session();
    if (!signedIn) {
      const setup = await call('GET', '/setup').catch(() => ({ administratorReady: true }));
      show(signInPage(setup, begin));
    } else if (signedIn.passwordChangeRequired) {
      show(passwordPage(signedIn, { forced: true, done: begin, leave: begin }));
    } else {
      shell = new Shell(signedIn, begin);
      show(shell.root);
      shell.open();
    }
  } catch (error) {
    show(unreachable(error));
  }
}

function show(content) {
  if (shell && content !== shell.root) {
    shell.close();
    shell = null;
  }
  app.replaceChildren(content);
  content.querySelector('[autofocus]')?.focus();
}

function unreachable(error) {
  return element(
    'main.lonely',
    { id: 'content' },
    element('h1', {}, 'Holdfast does not answer'),
    element('p', {}, error.message),
    element('button.primary', { type: 'button', onclick: begin, autofocus: true }, 'Try again'),
  );
}

whenSignedOut(() => {
  announce('Your session has ended. Please sign in again.');
  begin();
});
begin();
