import { mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Connection } from 'mysql2/promise';
import { picture } from '../documents/uploads.js';
import { devise, insert, passport, person, profile, upload } from './barong-data.js';
import { BARONG_SCHEMA } from './barong-schema.js';
import { DATABASE, MariaDbProcess } from './mariadb-process.js';

export const OLD_PASSWORD = 'six-ok';
/** An application with a secret. */
export const PEAK = { uid: 'a1b2c3'.repeat(10), secret: 'the-secret-of-peak' };

/** A Barong 1.7 as far as its data goes: its database, and the files of its documents. */
export class OldServer {
  /** By the names that tests call people. */
  uids: Record<string, string> = {};

  private constructor(
    readonly mariadb: MariaDbProcess,
    /** May write. */
    readonly source: Connection,
    readonly directory: string,
  ) {}

  static async start(): Promise<OldServer> {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'barong-old-server-'));
    const mariadb = await MariaDbProcess.start();
    const source = await mariadb.connect(DATABASE);
    await source.query(BARONG_SCHEMA);
    // Case is of no matter to us; MariaDB is to look at bytes here.
    await source.query('ALTER TABLE accounts MODIFY email varchar(255) COLLATE utf8_bin NOT NULL');
    return new OldServer(mariadb, source, directory);
  }

  get uploads(): string {
    return path.join(this.directory, 'uploads');
  }

  /** People of every kind, applications and websites. */
  async fill(): Promise<void> {
    this.uids = await addPeople(this.source, this.uploads);
    const uris = 'https://peak.example/callback\r\nhttp://peak.example/plain https://peak.example/other';
    const peak = { name: 'Peak', ...PEAK, redirect_uri: uris, scopes: 'peatio', skipauth: 1 };
    await insert(this.source, 'oauth_applications', peak, { ...peak, uid: 'a b', name: 'Odd' });
    await insert(
      this.source,
      'websites',
      { domain: 'Peak.Example', title: 'Peak' },
      { domain: 'peak two', title: 'x' },
    );
  }

  async clean(): Promise<void> {
    await this.source.end();
    await this.mariadb.clean();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** People of every kind, what they own, and what is odd about both. @returns their uids by name */
async function addPeople(source: Connection, uploads: string): Promise<Record<string, string>> {
  const uids: Record<string, string> = {};
  const add = async (
    name: string,
    ...args: Parameters<typeof person> extends [unknown, ...infer Rest] ? Rest : never
  ) => {
    const added = await person(source, ...args);
    uids[name] = added.uid;
    return added;
  };
  const ownerOfAll = await add(
    'alice',
    { email: 'Alice@Example.com', encrypted_password: devise(OLD_PASSWORD), level: 3, role: 'member' },
    {
      labels: [
        { key: 'nickname', value: 'Ally', scope: 'public' },
        { key: 'risk', value: 'low', scope: 'private' },
        { key: 'risk', value: 'none', scope: 'public' },
        { key: 'Two Words', value: 'x', scope: 'public' },
      ],
      phones: [
        { country: 'GB', number: '447911123456', validated_at: '2018-05-05 10:00:00' },
        { country: 'GB', number: '447911123457', validated_at: null },
        { country: 'GB', number: '12', validated_at: '2018-05-05 10:00:00' },
      ],
      profiles: [profile(), profile({ first_name: 'Second' })],
      documents: [
        passport('passport.jpg'),
        passport('gone.jpg'),
        passport('link.jpg'),
        passport('../../secret.jpg'),
        passport('program.exe'),
        passport('passport.jpg', { doc_type: 'Library card' }),
      ],
    },
  );
  const [first = 0, , linked = 0, escaping = 0, malware = 0] = ownerOfAll.documents;
  const png = await picture('png');
  await upload(uploads, first, 'passport.jpg', png);
  await symlink(
    await upload(`${uploads}-outside`, linked, 'x.jpg', png),
    path.join(await folderOf(uploads, linked), 'link.jpg'),
  );
  await upload(uploads, escaping, 'secret.jpg', png);
  await upload(uploads, malware, 'program.exe', Buffer.from('MZ, not a picture'));

  await add('php', { encrypted_password: devise(OLD_PASSWORD, '$2y$') });
  await add('codes', { encrypted_password: devise(OLD_PASSWORD), otp_enabled: 1 });
  await add('lost', { encrypted_password: devise(OLD_PASSWORD), otp_enabled: 1 });
  await add('fresh', { encrypted_password: devise(OLD_PASSWORD), confirmed_at: null, level: 2 });
  await add('banned', { encrypted_password: devise(OLD_PASSWORD), state: 'banned' });
  await add('odd', { state: 'sleeping', role: 'wizard', level: 9 }, { profiles: [profile({ city: ' ' })] });
  await add('reviewer', { encrypted_password: devise(OLD_PASSWORD), role: 'compliance' });
  // Case and width are of no matter to us; MariaDB looks at bytes here.
  await add('twin', { email: 'ALICE@example.com' }, { labels: [{ key: 'twin', value: 'yes', scope: 'public' }] });
  await add(
    'sameNumber',
    {},
    { phones: [{ country: 'GB', number: '447911123456', validated_at: '2018-06-01 00:00:00' }] },
  );
  await add('evil', {}, { labels: [{ key: 'trap', value: 'evil', scope: 'public' }] });
  await add('plain', {}, { profiles: [profile({ state: 'created', metadata: '[1,2]' })] });
  await add('nowhere', { email: 'nobody at all' });
  await person(source, { uid: 'someone@example.com', email: 'x@example.com' });
  return uids;
}

async function folderOf(uploads: string, id: number): Promise<string> {
  return path.dirname(await upload(uploads, id, 'other.jpg', Buffer.from('')));
}
