const KNOWN = 'Unsupported runtime';
const output = globalThis.console;
const { warn } = output;

/**
 * The package says on every start that it prefers a newer Node. It works with 20, where our tests run, so that this
 * one line is left out; all other warnings go through.
 */
output.warn = (...words: unknown[]) => {
  if (!String(words[0]).includes(KNOWN)) warn(...words);
};
const library = await import('oidc-provider');
output.warn = warn;

export const { Provider, errors, interactionPolicy } = library;
