import { AppError } from '../common/app-error.js';

/** RFC 6750, section 3: no token at all gets a bare challenge, a bad one is named as such. */
const challenge = (error?: string, description?: string): { 'WWW-Authenticate': string } => ({
  'WWW-Authenticate':
    'Bearer realm="barong"' +
    (error ? `, error="${error}"` : '') +
    (description ? `, error_description="${description}"` : ''),
});

export const AuthErrors = {
  missingToken: () => new AppError(401, 'token.invalid', 'The access token is invalid', challenge()),
  invalidToken: () =>
    new AppError(
      401,
      'token.invalid',
      'The access token is invalid',
      challenge('invalid_token', 'The access token is invalid'),
    ),
  expiredToken: () =>
    new AppError(
      401,
      'token.expired',
      'The access token expired',
      challenge('invalid_token', 'The access token expired'),
    ),
  /** Staff act only with a second factor, given at most 12 hours ago. */
  secondFactorRequired: () =>
    new AppError(403, 'session.second_factor_required', 'Please sign in with your second factor'),
  /** A form of ours that another site has sent. */
  crossSite: () => new AppError(403, 'page.cross_site', 'This form was sent from another site'),
  /** A form that was on a page of another session, or of none. */
  staleForm: () => new AppError(403, 'page.stale_form', 'This form is too old, please open the page again'),
  /** A page of an account, and nobody is signed in; browsers are led to the sign-in page. */
  signInFirst: () => new AppError(401, 'page.sign_in_first', 'Please sign in first'),
  /** A page that only staff may see. */
  staffOnly: () => new AppError(403, 'page.staff_only', 'This page is for staff'),
  insufficientScope: (scope?: string) =>
    new AppError(403, 'token.insufficient_scope', 'insufficient_scope', {
      'WWW-Authenticate': `${challenge('insufficient_scope')['WWW-Authenticate']}${scope ? `, scope="${scope}"` : ''}`,
    }),
};
