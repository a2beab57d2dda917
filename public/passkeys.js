// Passkeys: asks our server what to tell the browser, and sends the browser's answer as a form. Without this script,
// or where a browser knows no passkeys, the forms stay hidden and the other ways to sign in remain.

/** Passkeys belong to a name; no browser makes one for a bare address. */
const hasName = !/^[\d.]+$|^\[/.test(location.hostname);

if (window.PublicKeyCredential && hasName) {
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = false;
    document.querySelector('[data-without-passkeys]')?.remove();
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      run(form);
    });
  }
}

async function run(form) {
  const button = form.querySelector('button');
  const { passkey: ceremony, options: path } = form.dataset;
  tell(form, undefined);
  button.disabled = true;
  try {
    const options = await ask(path, form);
    const credential = ceremony === 'create' ? await create(options) : await get(options);
    form.elements.passkey.value = JSON.stringify(toJson(credential));
    keepRemember(form);
    // Not requestSubmit: the event would lead back here.
    form.submit();
  } catch (error) {
    tell(form, error.name === 'InvalidStateError' ? 'taken' : 'failed');
  } finally {
    button.disabled = false;
  }
}

async function ask(path, form) {
  const body = new URLSearchParams(new FormData(form));
  const response = await fetch(path, { method: 'POST', body, headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`options: ${response.status}`);
  return response.json();
}

function create(options) {
  return navigator.credentials.create({ publicKey: creationOptions(options) });
}

function get(options) {
  return navigator.credentials.get({ publicKey: requestOptions(options) });
}

function creationOptions(options) {
  if (PublicKeyCredential.parseCreationOptionsFromJSON)
    return PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: withBytes(options.excludeCredentials),
  };
}

function requestOptions(options) {
  if (PublicKeyCredential.parseRequestOptionsFromJSON) return PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return { ...options, challenge: toBytes(options.challenge), allowCredentials: withBytes(options.allowCredentials) };
}

/** Browsers of before 2025 don't write their answers as JSON themselves. */
function toJson(credential) {
  if (credential.toJSON) return credential.toJSON();
  const { id, type, response } = credential;
  const fields = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'];
  const given = fields.filter((field) => response[field]).map((field) => [field, toText(response[field])]);
  const transports = response.getTransports?.() ?? [];
  return { id, rawId: id, type, response: { ...Object.fromEntries(given), transports } };
}

const withBytes = (credentials = []) =>
  credentials.map((credential) => ({ ...credential, id: toBytes(credential.id) }));

function toBytes(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function toText(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The box of the password form counts for both ways. */
function keepRemember(form) {
  const box = document.querySelector('input[type=checkbox][name=remember]');
  if (!box?.checked || form.elements.remember) return;
  const field = Object.assign(document.createElement('input'), { type: 'hidden', name: 'remember', value: '1' });
  form.append(field);
}

/** Shows one of the form's own sentences, or none. */
function tell(form, problem) {
  for (const notice of form.querySelectorAll('[data-problem]')) {
    notice.hidden = notice.dataset.problem !== problem;
    // Set now, so that screen readers read it now.
    notice.setAttribute('role', 'alert');
  }
}
