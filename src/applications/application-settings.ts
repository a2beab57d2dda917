/** What staff decide about an application; kind, scopes and the like are checked by application-rules.ts. */
export interface ApplicationSettings {
  name: string;
  kind: string;
  redirectUris: string[];
  postLogoutRedirectUris: string[];
  scopes: string[];
  grantTypes: string[];
  allowedOrigins: string[];
  firstParty: boolean;
  skipConsent: boolean;
  requirePkce: boolean;
  signingAlg: string;
  /** Seconds. */
  accessTokenLifetime: number;
  /** Where it is told of sign-outs; null when it is not. */
  backchannelLogoutUri: string | null;
}

const NAMES = [
  ...(['name', 'kind', 'redirectUris', 'postLogoutRedirectUris', 'scopes', 'grantTypes', 'allowedOrigins'] as const),
  ...([
    'firstParty',
    'skipConsent',
    'requirePkce',
    'signingAlg',
    'accessTokenLifetime',
    'backchannelLogoutUri',
  ] as const),
] satisfies (keyof ApplicationSettings)[];

/** The settings that are given and nothing else. Public applications always use PKCE (RFC 9700, section 2.1.1). */
export function settingsOf(given: Partial<ApplicationSettings>, kind: string): Partial<ApplicationSettings> {
  const settings = Object.fromEntries(
    NAMES.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]),
  ) as Partial<ApplicationSettings>;
  return {
    ...settings,
    ...(settings.name !== undefined && { name: settings.name.trim() }),
    ...(kind === 'public' && { requirePkce: true }),
  };
}

/** What would be other than before, for the audit log, under the names of the API. */
export function changesOf(present: Partial<ApplicationSettings>, settings: Partial<ApplicationSettings>) {
  const changed = NAMES.filter(
    (name) => settings[name] !== undefined && JSON.stringify(settings[name]) !== JSON.stringify(present[name]),
  );
  const pick = (from: Partial<ApplicationSettings>) =>
    Object.fromEntries(changed.filter((name) => from[name] !== undefined).map((name) => [snakeCase(name), from[name]]));
  return { before: pick(present), after: pick(settings) };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
