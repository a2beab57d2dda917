/** The package has no types of its own; this is what the tests use of it. */
declare module 'simple-oauth2' {
  interface Options {
    client: { id: string; secret: string };
    auth: { tokenHost: string; tokenPath?: string; revokePath?: string };
    options?: { authorizationMethod?: 'body' | 'header' };
  }
  interface AccessToken {
    token: Record<string, unknown>;
    refresh(): Promise<AccessToken>;
    revoke(kind: 'access_token' | 'refresh_token'): Promise<void>;
  }
  class AuthorizationCode {
    constructor(options: Options);
    authorizeURL(parameters: { redirect_uri: string; state: string }): string;
    getToken(parameters: { code: string; redirect_uri: string }): Promise<AccessToken>;
  }
  class ClientCredentials {
    constructor(options: Options);
    getToken(parameters: { scope: string }): Promise<AccessToken>;
  }
}
