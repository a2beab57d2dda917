// What a secret looks like. Patterns of services first, which are certain; then guesses by name and randomness.

/** Names of things that hold secrets, however they are spelt: SECRET_KEY, clientSecret, api-key, … */
const NAME = '[\\w.-]*(?:secret|token|passw(?:or)?d|passphrase|api_?-?key|private_?-?key|pepper|credential)[\\w.-]*';

export const CERTAIN = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[\s\\n"'+]*[A-Za-z0-9+/=]{32}/g],
  ['a private JWK', /["']?\bd["']?\s*:\s*["'][A-Za-z0-9_-]{40,}["']/g],
  ['a JWT', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}/g],
  ['a key of AWS', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g],
  ['a token of GitHub', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})/g],
  ['a token of GitLab', /\bglpat-[A-Za-z0-9_-]{20,}/g],
  ['a token of npm', /\bnpm_[A-Za-z0-9]{36}\b/g],
  ['a token of Slack', /\bxox[abeoprs]-[A-Za-z0-9-]{20,}/g],
  ['a key of Google', /\bAIza[A-Za-z0-9_-]{35}/g],
  ['a live key of a payment service', /\b[rs]k_live_[A-Za-z0-9]{20,}/g],
  ['a key of a mail service', /\bSG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}/g],
  ['a webhook secret', /\bwhsec_[A-Za-z0-9+/=]{24,}/g],
  ['a key of Twilio', /\bSK[0-9a-f]{32}\b/g],
  ['an account of Twilio with its token', /\bAC[0-9a-f]{32}:[0-9a-f]{32}\b/g],
];

/** Each has the part that would be the secret as its group `value`. */
export const LIKELY = [
  // SECRET_KEY=… of a shell or an .env file: nothing around the value.
  ['a secret setting', new RegExp(`^\\s*(?:export\\s+)?${NAME}=(?<value>[A-Za-z0-9+/=_-]{20,})\\s*$`, 'gim')],
  ['a secret in the source', new RegExp(`${NAME}["'\`]?\\s*[:=]\\s*["'\`](?<value>[^"'\`\\s$]{20,})["'\`]`, 'gi')],
  ['a secret in YAML', new RegExp(`^\\s*(?:- )?${NAME}:\\s+(?<value>[A-Za-z0-9+/=_-]{20,})\\s*$`, 'gim')],
  ['a password in an address', /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"'`]*:(?<value>[^\s/:@"'`${}<>]{8,})@/gi],
];

/** Bits of a character of the text, by how often each one stands in it: random base64 has about 4.5 at 32 characters. */
function entropy(text) {
  const counts = new Map();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}

/** Words, names and paths have few digits among their letters; what a generator made has both, well mixed. */
export function looksRandom(text) {
  const isMixed = /\d/.test(text) && /[A-Za-z]/.test(text) && !/^([a-z]+\d?)?([-_/.][a-z]+\d?)+$/i.test(text);
  return isMixed && entropy(text) >= Math.min(3.6, Math.log2(text.length) * 0.8);
}
