import type { ApiScope, OidcScope } from '../common/principal.js';

/** What a scope opens, in the words that a person is asked with. */
export const SCOPE_TEXTS: Readonly<Record<string, string>> = {
  openid: 'Know that it is you',
  profile: 'See your name and date of birth',
  email: 'See your e-mail address',
  phone: 'See your phone number',
  offline_access: 'Keep this access when you are away',
  'account:read': 'See your account: its level, role and state',
  'profile:read': 'See your identity profile',
  'profile:write': 'Submit your identity profile',
  'documents:read': 'See which identity documents you sent',
  'documents:write': 'Send identity documents',
  'phones:write': 'Add and verify phone numbers',
  'labels:read': 'See your public labels',
  'labels:write': 'Change your public labels',
} satisfies Record<ApiScope | OidcScope, string>;
