import { type Application, GRANT_TYPES } from '../../applications/application.entity.js';
import type { ApplicationSettings } from '../../applications/application-settings.js';
import { ApplicationErrors } from '../../applications/applications.errors.js';
import { DEFAULT_SCOPES } from '../../applications/applications.service.js';
import { OptionalTextList } from '../../common/parameter-kinds.js';
import { OptionalText } from '../../common/validation.js';

export const SCOPES = DEFAULT_SCOPES;
export { GRANT_TYPES };

const LONGEST_FIELD = 64 * 1024;
const LONGEST_ADDRESS = 2048;

/** What the form sends; all of it is text, so that whatever cannot be read is shown again as it was typed. */
export class ApplicationForm {
  @OptionalText() name?: string;
  @OptionalText() kind?: string;
  @OptionalText({ max: LONGEST_FIELD }) redirect_uris?: string;
  @OptionalText({ max: LONGEST_FIELD }) post_logout_redirect_uris?: string;
  @OptionalText({ max: LONGEST_FIELD }) allowed_origins?: string;
  @OptionalText() backchannel_logout_uri?: string;
  @OptionalTextList() scopes?: string[];
  @OptionalTextList() grant_types?: string[];
  @OptionalText() first_party?: string;
  @OptionalText() skip_consent?: string;
  @OptionalText() require_pkce?: string;
  @OptionalText() signing_alg?: string;
  @OptionalText() access_token_lifetime?: string;
  /** Asked for when the last sign-in is too long ago. */
  @OptionalText({ anyCharacters: true, numbers: false }) password?: string;
  @OptionalText({ max: 64 }) otp_code?: string;
}

/** What stands in the form: lists of addresses one a line, numbers as they are typed. */
export interface ApplicationValues {
  name: string;
  kind: string;
  redirectUris: string;
  postLogoutRedirectUris: string;
  allowedOrigins: string;
  backchannelLogoutUri: string;
  scopes: readonly string[];
  grantTypes: readonly string[];
  firstParty: boolean;
  skipConsent: boolean;
  requirePkce: boolean;
  signingAlg: string;
  accessTokenLifetime: string;
}

export const NEW_APPLICATION: ApplicationValues = {
  name: '',
  kind: 'confidential',
  redirectUris: '',
  postLogoutRedirectUris: '',
  allowedOrigins: '',
  backchannelLogoutUri: '',
  scopes: SCOPES,
  grantTypes: ['authorization_code', 'refresh_token'],
  firstParty: false,
  skipConsent: false,
  requirePkce: true,
  signingAlg: 'RS256',
  accessTokenLifetime: '900',
};

export function valuesOf(application: Application): ApplicationValues {
  return {
    ...application,
    redirectUris: application.redirectUris.join('\n'),
    postLogoutRedirectUris: application.postLogoutRedirectUris.join('\n'),
    allowedOrigins: application.allowedOrigins.join('\n'),
    backchannelLogoutUri: application.backchannelLogoutUri ?? '',
    accessTokenLifetime: String(application.accessTokenLifetime),
  };
}

/** @param kind of an application that is there already; it stays */
export function typedValues(form: ApplicationForm, kind = form.kind ?? ''): ApplicationValues {
  return {
    ...typedTexts(form),
    kind,
    scopes: form.scopes ?? [],
    grantTypes: form.grant_types ?? [],
    firstParty: form.first_party !== undefined,
    skipConsent: form.skip_consent !== undefined,
    // A public application has no box for it, and what has no box is not sent.
    requirePkce: form.require_pkce !== undefined || kind === 'public',
  };
}

function typedTexts(form: ApplicationForm) {
  return {
    name: form.name ?? '',
    redirectUris: form.redirect_uris ?? '',
    postLogoutRedirectUris: form.post_logout_redirect_uris ?? '',
    allowedOrigins: form.allowed_origins ?? '',
    backchannelLogoutUri: form.backchannel_logout_uri ?? '',
    signingAlg: form.signing_alg ?? '',
    accessTokenLifetime: form.access_token_lifetime ?? '',
  };
}

/** The form under the names of the domain, which judges it. @throws AppError 422 for addresses that no domain would bear */
export function settingsFrom(values: ApplicationValues): ApplicationSettings {
  const redirectUris = linesOf(values.redirectUris);
  const postLogoutRedirectUris = linesOf(values.postLogoutRedirectUris);
  const allowedOrigins = linesOf(values.allowedOrigins);
  assertShort({ redirect_uris: redirectUris, post_logout_redirect_uris: postLogoutRedirectUris });
  assertShort({ allowed_origins: allowedOrigins, backchannel_logout_uri: [values.backchannelLogoutUri] });
  return {
    ...values,
    ...{ redirectUris, postLogoutRedirectUris, allowedOrigins },
    scopes: [...values.scopes],
    grantTypes: [...values.grantTypes],
    accessTokenLifetime: /^\d{1,9}$/.test(values.accessTokenLifetime.trim()) ? Number(values.accessTokenLifetime) : NaN,
    backchannelLogoutUri: values.backchannelLogoutUri.trim() || null,
  };
}

function linesOf(text: string): string[] {
  return text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function assertShort(lists: Record<string, string[]>): void {
  const tooLong = Object.entries(lists).filter(([, items]) => items.some(({ length }) => length > LONGEST_ADDRESS));
  if (tooLong.length === 0) return;
  throw ApplicationErrors.invalid(Object.fromEntries(tooLong.map(([field]) => [field, ['An address is too long']])));
}
