/* The form that sends a picture of a document. It works without this, which shows the picture that was chosen, says
   early what will be refused, and how far the sending is. */

const PREVIEW = { width: 480, height: 320 };
const TYPES = ['image/jpeg', 'image/png'];

const first = document.querySelector('form.upload');
if (first) prepare(first);

function prepare(form) {
  const input = form.elements.namedItem('upload');
  input.addEventListener('change', () => {
    const [file] = input.files;
    forgetProblem(input, form.dataset.hint);
    input.setCustomValidity(file ? problemOf(file, form.dataset) : '');
    if (file) input.reportValidity();
    void preview(form, input);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(form);
  });
}

/** It was about another file. */
function forgetProblem(input, hint) {
  input.removeAttribute('aria-invalid');
  input.nextElementSibling.textContent = hint;
}

function problemOf({ size, type }, { mostBytes, tooLarge, notAnImage }) {
  if (!TYPES.includes(type)) return notAnImage;
  return size > Number(mostBytes) ? tooLarge : '';
}

/** Drawn here and sent nowhere. A canvas, as the page's policy lets nothing load pictures from elsewhere. */
async function preview(form, input) {
  const figure = form.querySelector('.preview');
  const [file] = input.files;
  figure.hidden = true;
  if (!file || !input.validity.valid) return;
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  if (!bitmap || input.files[0] !== file) return;
  const scale = Math.min(1, PREVIEW.width / bitmap.width, PREVIEW.height / bitmap.height);
  const canvas = figure.querySelector('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  figure.querySelector('figcaption').textContent = file.name;
  figure.hidden = false;
}

function send(form) {
  const request = new XMLHttpRequest();
  request.open('POST', form.action);
  request.responseType = 'document';
  // What a browser asks for when it sends a form; scripts that do not say so get the refusals of programs.
  request.setRequestHeader('Accept', 'text/html');
  request.upload.addEventListener('progress', ({ loaded, total }) => showProgress(form, loaded, total));
  request.addEventListener('load', () => answered(form, request));
  request.addEventListener('error', () => tell(form, form.dataset.failed));
  const body = new FormData(form);
  setBusy(form, true);
  tell(form, '');
  request.send(body);
}

/** What was taken leads on to another page; what was refused is this page again, with what is wrong. */
function answered(form, request) {
  if (request.responseURL !== form.action) {
    location.assign(request.responseURL);
    return;
  }
  const content = request.response?.querySelector('main');
  if (!content) {
    tell(form, form.dataset.failed);
    return;
  }
  setBusy(form, false);
  document.querySelector('main').replaceWith(document.adoptNode(content));
  const again = content.querySelector('form.upload');
  if (again) keepFile(form, again);
  const problem = content.querySelector('[role="alert"]');
  problem?.setAttribute('tabindex', '-1');
  problem?.focus();
}

/** A file that was not the reason need not be chosen again. */
function keepFile(form, again) {
  const { files } = form.elements.namedItem('upload');
  const input = again.elements.namedItem('upload');
  prepare(again);
  if (input.hasAttribute('aria-invalid') || files.length === 0) return;
  input.files = files;
  void preview(again, input);
}

function showProgress(form, loaded, total) {
  const bar = form.querySelector('progress');
  bar.max = total;
  bar.value = loaded;
  // All is sent and now the server works on it; nobody knows how long.
  if (loaded === total) bar.removeAttribute('value');
}

function setBusy(form, isBusy) {
  form.querySelector('button').disabled = isBusy;
  form.querySelector('progress').hidden = !isBusy;
}

/** @param text empty: nothing is wrong any more */
function tell(form, text) {
  form.querySelector('.notice')?.remove();
  if (text === '') return;
  setBusy(form, false);
  const notice = document.createElement('p');
  notice.className = 'notice problem';
  notice.setAttribute('role', 'alert');
  notice.textContent = text;
  form.querySelector('button').before(notice);
}
