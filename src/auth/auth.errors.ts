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
  insufficientScope: (scope?: string) =>
    new AppError(403, 'token.insufficient_scope', 'insufficient_scope', {
      'WWW-Authenticate': `${challenge('insufficient_scope')['WWW-Authenticate']}${scope ? `, scope="${scope}"` : ''}`,
    }),
};
