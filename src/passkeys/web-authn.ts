/**
 * The library that knows Web Authentication. It and what it reads certificates with are 200 files, which the first
 * passkey of a process waits for instead of every start; from then on this is a look-up.
 */
export const webAuthn = () => import('@simplewebauthn/server');
export const webAuthnHelpers = () => import('@simplewebauthn/server/helpers');
