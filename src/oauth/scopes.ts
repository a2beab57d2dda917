import { API_SCOPES, type ApiScope, OIDC_SCOPES, type OidcScope } from '../common/principal.js';

/** Every scope there is, in the order in which a person is asked about them. */
export const ALL_SCOPES: readonly (ApiScope | OidcScope)[] = [...OIDC_SCOPES, ...API_SCOPES];
