// The one way to the server. Everything goes through call(); errors are ApiError with the server's own words.

/** What the server, or the way to it, refused. */
export class ApiError extends Error {
  constructor(status, body) {
    super(body.message);
    this.status = status;
    this.code = body.code;
    this.object = body.object;
  }
}

let secondProof = '';
let onSignedOut = () => {};

/** Is called whenever the server says that the session has ended. */
export function whenSignedOut(listener) {
  onSignedOut = listener;
}

/**
 * Calls the server.
 * @param {string} method
 * @param {string} path below /api/v1
 * @param {object} [body]
 * @returns {Promise<any>} the answer; undefined when there is nothing to say
 */
export async function call(method, path, body) {
  const headers = {};
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  if (method !== 'GET' && secondProof) {
    headers['X-Holdfast-Proof'] = secondProof;
  }
  let response;
  try {
    response = await fetch(`/api/v1${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new ApiError(0, { code: 'NETWORK', message: 'The appliance does not answer. Is it running, and is the network up?' });
  }
  if (response.status === 204) {
    return undefined;
  }
  const answer = await response.json().catch(() => ({ code: 'PROTOCOL_ERROR', message: `The appliance gave no valid answer (status ${response.status}).` }));
  if (response.ok) {
    return answer;
  }
  if (response.status === 401 && path !== '/session' && path !== '/session/password') {
    onSignedOut();
  }
  throw new ApiError(response.status, answer);
}

/** Signs in and keeps what later calls need. */
export async function signIn(user, password) {
  const session = await call('POST', '/session', { user, password, cookie: true });
  secondProof = session.secondProof;
  return session;
}

/** Asks who is signed in; null when nobody is. */
export async function session() {
  try {
    const found = await call('GET', '/session');
    secondProof = found.secondProof ?? '';
    return found;
  } catch (error) {
    if (error.status === 401) {
      return null;
    }
    throw error;
  }
}

export async function signOut() {
  await call('DELETE', '/session');
  secondProof = '';
}

export const changePassword = (present, next) => call('PUT', '/session/password', { present, next });

/** Where calls about a machine go. */
export const machinePath = (machine, rest = '') => `/machines/${encodeURIComponent(machine.id)}${rest}`;
