import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { NewApplication } from '../applications/applications.service.js';

/** Known to everyone who has read this project. */
const PUBLISHED_SECRETS = ['local-demo-secret'];
const PUBLISHED_UIDS = ['local-demo', 'local-spa'];
const TEXTS = ['uid', 'name', 'secret', 'kind', 'backchannel_logout_uri'] as const;
const LISTS = ['redirect_uris', 'post_logout_redirect_uris', 'scopes', 'allowed_origins'] as const;
const FLAGS = ['first_party', 'skip_consent'] as const;

/** What is wrong with a seed file, in one line. */
export class SeedError extends Error {}

export type SeededApplication = NewApplication & { uid: string };

/**
 * Reads the applications of a seed file.
 * @throws SeedError when it can't be read, has a key that is not known, or carries a published secret into production
 */
export function readSeedFile(file: string, isProduction: boolean): SeededApplication[] {
  const document = load(file) as { applications?: unknown } | null;
  const entries = document?.applications ?? [];
  if (!Array.isArray(entries)) throw new SeedError(`${file}: applications must be a list`);
  return entries.map((entry: unknown, index) => {
    const application = toApplication(entry, `${file}: application ${index + 1}`);
    if (
      isProduction &&
      (PUBLISHED_UIDS.includes(application.uid) || PUBLISHED_SECRETS.includes(application.secret ?? ''))
    ) {
      throw new SeedError(`${file}: ${application.uid} is the development seed, which production refuses`);
    }
    return application;
  });
}

function load(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SeedError(`SEED_FILE ${file} cannot be read: ${(error as Error).message.split('\n', 1)[0]}`);
  }
}

function toApplication(entry: unknown, where: string): SeededApplication {
  if (typeof entry !== 'object' || entry === null) throw new SeedError(`${where} is not a map`);
  const fields = entry as Record<string, unknown>;
  for (const [key, value] of Object.entries(fields)) assertKnown(key, value, where);
  if (fields.uid === undefined || fields.name === undefined) throw new SeedError(`${where} needs a uid and a name`);
  const optional = {
    secret: fields.secret,
    kind: fields.kind,
    redirectUris: fields.redirect_uris,
    postLogoutRedirectUris: fields.post_logout_redirect_uris,
    scopes: fields.scopes,
    allowedOrigins: fields.allowed_origins,
    backchannelLogoutUri: fields.backchannel_logout_uri,
    firstParty: fields.first_party,
    skipConsent: fields.skip_consent,
  };
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return { uid: fields.uid, name: fields.name, ...given } as SeededApplication;
}

function assertKnown(key: string, value: unknown, where: string): void {
  const fits =
    ((TEXTS as readonly string[]).includes(key) && typeof value === 'string') ||
    ((LISTS as readonly string[]).includes(key) && Array.isArray(value) && value.every((v) => typeof v === 'string')) ||
    ((FLAGS as readonly string[]).includes(key) && typeof value === 'boolean');
  if (!fits) throw new SeedError(`${where}: ${key} is not known or of the wrong type`);
}
