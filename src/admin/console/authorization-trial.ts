import { createHash, randomBytes } from 'node:crypto';
import { type Application, DEVICE_CODE_GRANT } from '../../applications/application.entity.js';

/** An authorization request as an application would make it (RFC 6749, section 4.1.1; RFC 7636). */
export interface AuthorizationTrial {
  /** Where the browser is sent to. */
  url: string;
  redirectUri: string;
  state: string;
  verifier: string;
  /** A command that exchanges the code. */
  exchange: string;
}

export interface TrialWishes {
  redirectUri?: string | undefined;
  /** With spaces between; everything the application may ask for when absent. */
  scope?: string | undefined;
}

/** @returns undefined when people do not sign in to the application in their browser */
export function authorizationTrial(
  application: Application,
  publicUrl: string,
  { redirectUri: wished, scope = application.scopes.join(' ') }: TrialWishes,
): AuthorizationTrial | undefined {
  const { uid, redirectUris, grantTypes } = application;
  const redirectUri = redirectUris.find((uri) => uri === wished) ?? redirectUris[0];
  if (redirectUri === undefined || !grantTypes.includes('authorization_code')) return undefined;
  const [state, verifier] = [random(16), random(32)];
  const request = {
    client_id: uid,
    response_type: 'code',
    redirect_uri: redirectUri,
    ...(scope !== '' && { scope }),
    state,
    ...(scope.split(' ').includes('openid') && { nonce: random(16) }),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    // Core, section 11: a refresh token for times of absence takes an explicit consent.
    ...(scope.split(' ').includes('offline_access') && { prompt: 'consent' }),
  };
  const url = `${publicUrl}/oauth/authorize?${new URLSearchParams(request).toString()}`;
  const fields = { code: 'CODE', redirect_uri: redirectUri, code_verifier: verifier };
  return {
    url,
    redirectUri,
    state,
    verifier,
    exchange: tokenCommand(application, publicUrl, 'authorization_code', fields),
  };
}

/** A command that gets a token in the application's own name; undefined when it may not. */
export function credentialsCommand(application: Application, publicUrl: string): string | undefined {
  const may = application.grantTypes.includes('client_credentials');
  return may ? tokenCommand(application, publicUrl, 'client_credentials', {}) : undefined;
}

/** A command that begins a sign-in on a device (RFC 8628, section 3.1); undefined when it may not. */
export function deviceCommand(application: Application, publicUrl: string): string | undefined {
  if (!application.grantTypes.includes(DEVICE_CODE_GRANT)) return undefined;
  return curl(application, `${publicUrl}/oauth/device/authorization`, { scope: application.scopes.join(' ') });
}

function tokenCommand(application: Application, publicUrl: string, grant: string, fields: object): string {
  return curl(application, `${publicUrl}/oauth/token`, { grant_type: grant, ...fields });
}

function curl({ uid, kind }: Application, url: string, fields: Record<string, string>): string {
  const sent = kind === 'public' ? { client_id: uid, ...fields } : fields;
  const lines = [
    `curl ${quoted(url)}`,
    ...(kind === 'public' ? [] : [`-u ${quoted(`${uid}:SECRET`)}`]),
    ...Object.entries(sent).map(([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`),
  ];
  return lines.join(' \\\n  ');
}

/** For a shell: nothing in single quotes means anything to it. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const random = (bytes: number): string => randomBytes(bytes).toString('base64url');
