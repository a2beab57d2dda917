import { AppError } from './app-error.js';

/** Refusals that any route may give, whatever it is about. */
export const RequestErrors = {
  invalidParameters: (sentences: string[]) => new AppError(400, 'request.invalid_parameters', sentences.join(', ')),
  malformedBody: () => new AppError(400, 'request.malformed_body', 'The request body is malformed'),
  notFound: () => new AppError(404, 'request.not_found', 'Not Found'),
  methodNotAllowed: (allowed: string[]) =>
    new AppError(405, 'request.method_not_allowed', 'Method Not Allowed', { Allow: allowed.join(', ') }),
  unknownHost: () => new AppError(421, 'request.unknown_host', 'This host is not known here'),
  tooLarge: () => new AppError(413, 'request.too_large', 'The request body is too large'),
  unsupportedMediaType: () =>
    new AppError(415, 'request.unsupported_media_type', 'The content type of the request is not supported'),
  /** @param seconds until it makes sense to come back */
  tooMany: (seconds: number) =>
    new AppError(429, 'request.too_many', 'Too many requests, please try again later', {
      'Retry-After': String(Math.max(1, seconds)),
    }),
  unexpected: () => new AppError(500, 'server.error', 'Internal Server Error'),
  /** Too much work waits. 1 to 5 seconds, so that those who were sent away do not all come back at once. */
  busy: () =>
    new AppError(503, 'server.busy', 'The service is busy, please try again shortly', {
      'Retry-After': String(1 + Math.floor(Math.random() * 5)),
    }),
  /** The database or another part we can't do without is away; `seconds` until a retry makes sense. */
  unavailable: (seconds = 2) =>
    new AppError(503, 'server.unavailable', 'The service is temporarily unavailable', {
      'Retry-After': String(seconds),
    }),
};
