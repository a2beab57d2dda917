import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DocumentScanJobs } from '../../src/documents/document-scan-jobs.service.js';
import { ClamdScanner } from '../../src/infra/malware-scan/clamd.scanner.js';
import { CommandScanner } from '../../src/infra/malware-scan/command.scanner.js';
import { startApp, type TestApp } from '../support/app.js';
import { eventually, outcome } from '../support/client.js';
import { type ClamdServer, startClamd } from './clamd-server.js';
import { newToken, openNewest, picture, submit } from './uploads.js';

const NOT_SCANNED = { status: 409, code: 'document.not_scanned' };
const INFECTED = { status: 409, code: 'document.infected' };

async function scanState(server: TestApp): Promise<string | undefined> {
  const rows = await server.sql<{ scan_state: string }>(
    'SELECT scan_state FROM documents ORDER BY created_at DESC LIMIT 1',
  );
  return rows[0]?.scan_state;
}

/** Waits until the newest document is in that state. */
const becomes = (server: TestApp, state: string) => eventually(async () => (await scanState(server)) === state);

/** Waits until the scan of the newest document was tried and failed. */
const wasTried = (server: TestApp) =>
  eventually(async () => {
    const [job] = await server.sql<{ attempts: number }>(
      `SELECT attempts FROM graphile_worker.jobs WHERE task_identifier = 'documents.scan' AND last_error IS NOT NULL`,
    );
    return job !== undefined;
  });

/** As if an hour had gone by since. */
async function rescanLater(server: TestApp): Promise<void> {
  await server.sql(`UPDATE documents SET updated_at = now() - interval '61 minutes'`);
  await server.app.get(DocumentScanJobs, { strict: false }).rescan();
}

describe('documents and clamd', () => {
  let clamd: ClamdServer;
  let server: TestApp;
  beforeAll(async () => {
    clamd = await startClamd();
    server = await startApp({ SCAN_URL: `clamd://127.0.0.1:${clamd.port}` });
  });
  afterAll(async () => {
    await server.close();
    await clamd.close();
  });
  beforeEach(async () => {
    await server.sql(`DELETE FROM graphile_worker._private_jobs`);
    await server.sql('DELETE FROM documents');
    clamd.answer = 'stream: OK';
  });

  const send = async (width = 60) => {
    const bytes = await picture('png', width, 40);
    expect(outcome(await submit(server, await newToken(server), { bytes, name: 'a.png' }))).toEqual([201, null]);
  };

  it('are sent to it as reviewers will see them, and can be opened once it calls them clean', async () => {
    await send();
    await becomes(server, 'clean');
    expect(clamd.received.at(-1)?.equals((await openNewest(server)).bytes)).toBe(true);
  });

  it('stay shut when it finds something, for good', async () => {
    clamd.answer = 'stream: Eicar-Test-Signature FOUND';
    await send();
    await becomes(server, 'infected');
    await expect(openNewest(server)).rejects.toMatchObject(INFECTED);
    const [entry] = await server.sql<{ actor_uid: null; target: string; details: object }>(
      `SELECT actor_uid, target, details FROM audit_entries WHERE action = 'document.found_infected'`,
    );
    expect(entry).toMatchObject({
      actor_uid: null,
      target: expect.stringMatching(/^ID/),
      details: { document: expect.any(String) },
    });
    clamd.answer = 'stream: OK';
    await rescanLater(server);
    await expect(openNewest(server)).rejects.toMatchObject(INFECTED);
    expect(await server.sql(`SELECT FROM graphile_worker.jobs WHERE task_identifier = 'documents.scan'`)).toEqual([]);
  });

  it('stay shut while it cannot judge, and are sent again', async () => {
    clamd.answer = 'INSTREAM size limit exceeded. ERROR';
    await send();
    await becomes(server, 'error');
    await expect(openNewest(server)).rejects.toMatchObject(NOT_SCANNED);
    await wasTried(server);
    clamd.answer = 'stream: OK';
    await rescanLater(server);
    await becomes(server, 'clean');
  });

  it('stay shut while it hangs up or is down, and are sent again', async () => {
    clamd.answer = undefined;
    await send();
    await wasTried(server);
    expect(await scanState(server)).toBe('pending');
    await expect(openNewest(server)).rejects.toMatchObject(NOT_SCANNED);

    const { port } = clamd;
    await clamd.close();
    await rescanLater(server);
    await wasTried(server);
    expect(await scanState(server)).toBe('pending');

    clamd = await startClamd(port);
    await rescanLater(server);
    await becomes(server, 'clean');
  });

  it('that went meanwhile are no trouble', async () => {
    clamd.answer = undefined;
    await send();
    await wasTried(server);
    await server.sql('DELETE FROM documents');
    await server.sql('UPDATE graphile_worker._private_jobs SET run_at = now()');
    await eventually(async () => (await server.sql(`SELECT FROM graphile_worker.jobs`)).length === 0);
  });
});

describe('documents and a command', () => {
  let folder: string;
  let server: TestApp;
  let program: string;
  const tell = async (script: string) => {
    await writeFile(program, `#!/bin/sh\n${script}\n`);
    await chmod(program, 0o700);
  };
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'barong-scan-'));
    program = path.join(folder, 'a scanner.sh');
    await tell('exit 0');
    server = await startApp({
      SCAN_URL: `command:${encodeURI(program)}`,
      SECRET_KEY: 'c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IDEyMzQ1Njc4',
    });
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const send = async () => void (await submit(server, await newToken(server), { bytes: await picture('jpeg') }));

  it('are read by it from its input, and it sees no secret', async () => {
    await tell(`cat > '${folder}/input'; env > '${folder}/env'; exit 0`);
    await send();
    await becomes(server, 'clean');
    expect((await readFile(path.join(folder, 'input'))).equals((await openNewest(server)).bytes)).toBe(true);
    const names = (await readFile(path.join(folder, 'env'), 'utf8')).match(/^\w+(?==)/gm);
    expect(names?.filter((name) => !['PATH', 'LANG', 'PWD', 'SHLVL', '_', 'OLDPWD'].includes(name))).toEqual([]);
  });

  it.each([
    ['exit 1', 'infected'],
    ['exit 2', 'error'],
    ['exit 127', 'error'],
  ])('%s makes them %s', async (script, state) => {
    await tell(script);
    await send();
    await becomes(server, state);
  });
});

describe('documents without a scanner', () => {
  it('are clean from the start', async () => {
    const server = await startApp();
    await submit(server, await newToken(server), { bytes: await picture('jpeg') });
    expect(await scanState(server)).toBe('clean');
    expect((await openNewest(server)).bytes.length).toBeGreaterThan(0);
    await server.close();
  });
});

describe('the scanners', () => {
  const large = Buffer.alloc(3_000_001, 'x');

  it('clamd: gets large and empty files whole', async () => {
    const clamd = await startClamd();
    const scanner = new ClamdScanner({ host: '127.0.0.1', port: clamd.port });
    expect(await scanner.scan(large)).toBe('clean');
    expect(await scanner.scan(Buffer.alloc(0))).toBe('clean');
    expect(clamd.received.map((bytes) => bytes.length)).toEqual([large.length, 0]);
    await clamd.close();
  });

  it.each([
    ['stream: OK', 'clean'],
    ['stream: Win.Test.EICAR_HDB-1 FOUND', 'infected'],
    ['stream: OK FOUND', 'infected'],
    ['stream: OKAY', 'error'],
    ['UNKNOWN COMMAND', 'error'],
    ['', 'error'],
    ['x'.repeat(10_000), 'error'],
  ])('clamd: %j is %s', async (answer, verdict) => {
    const clamd = await startClamd();
    clamd.answer = answer;
    expect(await new ClamdScanner({ host: '127.0.0.1', port: clamd.port }).scan(Buffer.from('x'))).toBe(verdict);
    await clamd.close();
  });

  it('clamd: no answer in time is no verdict', async () => {
    const clamd = await startClamd();
    const silent = new ClamdScanner({ host: '127.0.0.1', port: clamd.port }, 50);
    const bytes = Buffer.from('x');
    clamd.answer = undefined;
    await expect(silent.scan(bytes)).rejects.toThrow('without an answer');
    clamd.answer = null;
    await expect(silent.scan(bytes)).rejects.toThrow('did not answer in time');
    await clamd.close();
    await expect(silent.scan(bytes)).rejects.toThrow('ECONNREFUSED');
  });

  it('a command: that is not there, hangs or reads nothing', async () => {
    await expect(new CommandScanner('/nowhere/scanner').scan(large)).rejects.toThrow('ENOENT');
    await expect(new CommandScanner('/etc/passwd').scan(large)).rejects.toThrow('EACCES');
    await expect(new CommandScanner('/usr/bin/yes', 100).scan(large)).rejects.toThrow('signal');
    expect(await new CommandScanner('/bin/true').scan(large)).toBe('clean');
    expect(await new CommandScanner('/bin/false').scan(large)).toBe('infected');
  });
});
