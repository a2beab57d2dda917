// Buttons that copy a text of the page or print it. They stay hidden without this script; the text can be read anyway.

for (const button of document.querySelectorAll('button[data-copy]')) {
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).innerText);
    say(button, button.dataset.done);
  });
}

for (const button of document.querySelectorAll('button[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

/** For eyes on the button, for ears in the status beside it. */
function say(button, text) {
  button.textContent = text;
  const status = document.querySelector('[data-status]');
  if (status) status.textContent = text;
}
