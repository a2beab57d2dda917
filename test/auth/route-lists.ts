/**
 * Routes that everyone may call without a token. A new @Public() route fails the test until it is written down here,
 * so that opening something is always a decision that a reader sees. A star stands for a parameter.
 */
export const PUBLIC_ROUTES = [
  'GET /health/live',
  'GET /health/ready',
  'GET /oauth/jwks',
  'GET /dev/outbox',
  'GET /dev/outbox.json',
  'GET /api/openapi.json',

  'POST /api/v1/accounts',
  'POST /api/v1/accounts/confirm',
  'POST /api/v1/accounts/send_confirmation_instructions',
  'POST /api/v1/sessions',
  'POST /api/v1/security/reset_password',
  'PUT /api/v1/security/reset_password',

  'GET /',
  'GET /confirm',
  'POST /confirm',
  'GET /forgot-password',
  'POST /forgot-password',
  'GET /reset-password',
  'POST /reset-password',
  'GET /confirm/again',
  'POST /confirm/again',
  'GET /sign-up',
  'POST /sign-up',
  'GET /sign-in',
  'POST /sign-in',
  'POST /sign-in/second-factor',
  'POST /sign-in/passkey',
  'POST /sign-in/passkey/options',
  'POST /sign-in/second-factor/passkey',
  'POST /sign-in/second-factor/passkey/options',
  'GET /unlock',
  'POST /unlock',
  'GET /confirm-email',
  'POST /confirm-email',
  'GET /revert-email',
  'POST /revert-email',
  'POST /language',
  'GET /brand.css',

  'GET /interaction/*',
  'POST /interaction/*/abort',
  'GET /interaction/*/sign-in',
  'POST /interaction/*/sign-in',
  'POST /interaction/*/second-factor',
  'POST /interaction/*/second-factor/passkey',
  'POST /interaction/*/second-factor/passkey/options',
  'POST /interaction/*/passkey',
  'POST /interaction/*/passkey/options',
  'GET /interaction/*/sign-up',
  'POST /interaction/*/sign-up',
  'POST /interaction/*/consent',
  'POST /interaction/*/level/phone',
  'POST /interaction/*/level/phone/verify',
  'POST /interaction/*/level/continue',
];

/**
 * Marked public, yet closed: a proxy asks it with a token or a cookie, which the guard never takes one for the other, so
 * it looks for both itself and says 401. It is no page either: it redirects only when the proxy wants that.
 */
export const SELF_CHECKED_ROUTES = ['GET /auth/verify'];

/** The page that shows the API, and what it loads. */
export const DOCUMENTATION = /^GET \/api\/docs/;

/**
 * What an application reaches with a token of the OAuth flow, and the scope that opens it (CONTRACT 2, CONTROLS 1).
 * Everything else is closed to it whatever its scopes are.
 */
export const SCOPED_ROUTES: Record<string, string> = {
  'GET /api/v1/accounts/me': 'account:read',
  'GET /api/v1/profiles/me': 'profile:read',
  'POST /api/v1/profiles': 'profile:write',
  'GET /api/v1/documents': 'documents:read',
  'POST /api/v1/documents': 'documents:write',
  'POST /api/v1/phones': 'phones:write',
  'POST /api/v1/phones/verify': 'phones:write',
  'GET /api/v1/labels': 'labels:read',
  'GET /api/v1/labels/*': 'labels:read',
  'POST /api/v1/labels': 'labels:write',
  'PATCH /api/v1/labels/*': 'labels:write',
  'DELETE /api/v1/labels/*': 'labels:write',
};
