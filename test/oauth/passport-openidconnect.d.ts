/** The package has no types of its own; this is what the tests use of it. */
declare module 'passport-openidconnect' {
  import type { Strategy as PassportStrategy } from 'passport';

  interface Options {
    issuer: string;
    authorizationURL: string;
    tokenURL: string;
    userInfoURL: string;
    clientID: string;
    clientSecret: string;
    callbackURL: string;
    scope?: string[];
    nonce?: boolean;
  }
  interface Profile {
    id: string;
    displayName?: string;
    name?: { familyName?: string; givenName?: string };
    emails?: { value: string }[];
  }
  type Done = (error: unknown, user?: object) => void;
  /** Asked with these nine parameters, the strategy reads UserInfo too; `profile` has both in one. */
  type Verify = (
    issuer: string,
    userInfo: Profile & { _json: Record<string, unknown>; _raw: string },
    fromIdToken: Profile,
    context: { timestamp?: Date },
    idToken: string,
    accessToken: string,
    refreshToken: string | undefined,
    parameters: Record<string, unknown>,
    done: Done,
  ) => void;
  const library: { Strategy: new (options: Options, verify: Verify) => PassportStrategy };
  export default library;
}
