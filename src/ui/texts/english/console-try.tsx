import type { ComponentChildren } from 'preact';

/** Trying the sign-in of an application. */
export const trySignIn = {
  title: (name: string) => `Try the sign-in of ${name}`,
  lead: 'An authorization request with PKCE, as the application would make it. State and verifier are fresh each time this page opens.',
  choose: 'What to ask for',
  redirectUri: 'Back to',
  scopes: 'Scopes, with spaces between',
  update: 'Make a new request',
  open: 'Open the sign-in page',
  address: 'The address it opens',
  returns: (host: ComponentChildren) => (
    <>
      Afterwards the browser goes to {host} with <code>code</code>, <code>state</code> and <code>iss</code> in the
      address. If the application listens there, it takes this request for one that it did not make, and refuses it. If
      nothing listens there, the browser tells so: copy the code from its address bar.
    </>
  ),
  state: 'State',
  verifier: 'Code verifier',
  verifierHint: 'Belongs to the challenge in the address; the code can be exchanged with it only.',
  exchange: 'Exchange the code',
  exchangeLead: 'Put in the code, within a minute; it is good once.',
  withSecret: 'Put in the secret of the application too.',
  credentials: 'A token in its own name',
  credentialsLead: 'Client credentials: no person is asked.',
  device: 'A device without a browser',
  deviceLead: 'The answer holds a code to enter, and where.',
  none: 'This application has no redirect address, or does not sign people in in their browser. There is nothing to open.',
  notItsOwn: 'That address is not one of this application; here is the first of its own.',
};
