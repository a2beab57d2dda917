import { existsSync, readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { UploadMemory } from '../../src/documents/upload-memory.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { call, eventually, outcome } from '../support/client.js';
import { leftovers, newToken, picture, STATEMENT, submit } from './uploads.js';

const MIB = 1024 * 1024;
const BOUNDARY = 'xxBOUNDARYxx';
const MALFORMED = [400, 'The request body is malformed'];
const TOO_LARGE = [413, 'The request body is too large'];

type Part = [disposition: string, content: string | Buffer, type?: string];

const field = (name: string, value: string): Part => [`form-data; name="${name}"`, value];
const STATED = Object.entries(STATEMENT).map(([name, value]) => field(name, value));

function encode(parts: Part[], end = `--${BOUNDARY}--\r\n`): Buffer {
  const encoded = parts.flatMap(([disposition, content, type]) => [
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: ${disposition}\r\n${type ? `Content-Type: ${type}\r\n` : ''}\r\n`,
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...encoded, Buffer.from(end)]);
}

describe('multipart bodies', () => {
  let server: TestApp;
  let token: string;
  let jpeg: Buffer;
  let file: Part;
  beforeAll(async () => {
    server = await startApp();
    token = await newToken(server);
    jpeg = await picture('jpeg');
    file = ['form-data; name="upload"; filename="a.jpg"', jpeg, 'image/jpeg'];
  });
  afterEach(async () => {
    await server.sql('DELETE FROM documents');
  });
  afterAll(() => server.close());

  const send = async (body: Buffer, contentType = `multipart/form-data; boundary=${BOUNDARY}`, more = {}) => {
    const headers = { 'content-type': contentType, ...more };
    return outcome(await call(server, 'POST', '/api/v1/documents', { token, headers, body }));
  };

  it('are read when they are in order', async () => {
    expect(await send(encode([...STATED, file]))).toEqual([201, null]);
    expect(await send(encode([file, ...STATED]))).toEqual([201, null]);
    expect(await send(encode([...STATED, file]), `Multipart/Form-Data; charset=utf-8; boundary="${BOUNDARY}"`)).toEqual(
      [201, null],
    );
  });

  describe('out of order', () => {
    it.each(['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=other'])(
      'declared as %s',
      async (contentType) => {
        expect(await send(encode([...STATED, file]), contentType)).toEqual(MALFORMED);
      },
    );

    it.each<[string, () => Buffer]>([
      ['no end', () => encode([...STATED, file], '')],
      ['half an end', () => encode([...STATED, file], `--${BOUNDARY}`)],
      ['half a file', () => encode([...STATED, file]).subarray(0, -300)],
      ['no parts', () => Buffer.from('what is this')],
      ['a part without a name', () => encode([...STATED, ['form-data', 'x'], file])],
      ['a part with an empty name', () => encode([...STATED, ['form-data; name=""', 'x'], file])],
      [
        'a file with an empty name',
        () => encode([...STATED, ['form-data; name=""; filename="a.jpg"', jpeg, 'image/jpeg']]),
      ],
      [
        'a NUL in the name of the file',
        () => encode([...STATED, ['form-data; name="upload"; filename="a\0.jpg"', jpeg]]),
      ],
      [
        'a thousand fields',
        () => encode([...STATED, file, ...Array.from({ length: 1000 }, (_, n) => field(`f${n}`, 'x'))]),
      ],
      [
        'a thousand fields first',
        () => encode([...Array.from({ length: 1000 }, (_, n) => field(`f${n}`, 'x')), ...STATED, file]),
      ],
      ['a thousand files', () => encode([...STATED, ...Array.from({ length: 1000 }, () => file)])],
      [
        'a thousand files of another name',
        () =>
          encode([
            ...STATED,
            file,
            ...Array.from({ length: 1000 }, (_, n): Part => [`form-data; name="f${n}"; filename="a.jpg"`, 'x']),
          ]),
      ],
      ['a name of 10 KB', () => encode([...STATED, field('n'.repeat(10_000), 'x'), file])],
      ['a name nested 50 deep', () => encode([...STATED, field(`a${'[b]'.repeat(50)}`, 'x'), file])],
      ['a list with a hole', () => encode([...STATED, field('a[4294967294]', 'x'), file])],
      ['a name of a prototype', () => encode([...STATED, field('__proto__', 'x'), file])],
      ['a nested name of a prototype', () => encode([...STATED, field('a[constructor][prototype]', 'x'), file])],
    ])('%s', async (_, body) => {
      expect(await send(body())).toEqual(MALFORMED);
    });

    it('parameters that are sent twice', async () => {
      expect(await send(encode([...STATED, file, file]))).toEqual([400, 'upload is invalid']);
      expect(await send(encode([...STATED, field('doc_type', 'Passport'), file]))).toEqual([
        400,
        'doc_type is invalid',
      ]);
      expect(await send(encode([...STATED, field('doc_number[a]', 'x'), file]))).toEqual([
        400,
        'doc_number is invalid',
      ]);
    });

    it('a compressed body', async () => {
      expect((await send(encode([...STATED, file]), undefined, { 'content-encoding': 'gzip' }))[0]).toBe(415);
    });

    it('no body at all', async () => {
      const [status, error] = await send(Buffer.alloc(0));
      expect([status, error]).toEqual([400, expect.stringMatching(/^doc_type is missing, .*, upload is missing$/)]);
    });
  });

  it('may have files of other names, which are ignored', async () => {
    const other: Part = ['form-data; name="selfie"; filename="b.exe"', 'MZ', 'application/x-msdownload'];
    expect(await send(encode([other, ...STATED, file]))).toEqual([201, null]);
    expect(await send(encode([...STATED, other]))).toEqual([400, `Upload can't be blank`]);
  });

  it('may have an empty file, as browsers send it when nobody chose one', async () => {
    const none: Part = ['form-data; name="upload"; filename=""', '', 'application/octet-stream'];
    expect(await send(encode([...STATED, none]))).toEqual([400, `Upload can't be blank`]);
  });

  describe('that are large', () => {
    const ofSize = (bytes: number) => Buffer.concat([jpeg, Buffer.alloc(bytes - jpeg.length)]);

    it('may have a file of 10 MiB and not a byte more', async () => {
      expect(outcome(await submit(server, token, { bytes: ofSize(10 * MIB) }))).toEqual([201, null]);
      expect(outcome(await submit(server, token, { bytes: ofSize(10 * MIB + 1) }))).toEqual(TOO_LARGE);
      expect(outcome(await submit(server, token, { bytes: ofSize(11 * MIB) }))).toEqual(TOO_LARGE);
    });

    it('may have no text that is too long', async () => {
      expect(await send(encode([...STATED, field('more', 'x'.repeat(20_000)), file]))).toEqual(TOO_LARGE);
      expect(await send(encode([field('doc_number', 'x'.repeat(5000)), file]))).toEqual([
        400,
        'doc_type is missing, doc_number is invalid, doc_expire is missing',
      ]);
    });

    it('are refused by the length they announce', async () => {
      const socket = await open(`Content-Length: ${1024 * MIB}`);
      expect(await answerOf(socket)).toMatch(/^HTTP\/1.1 413 /);
      socket.destroy();
    });

    it('are refused as soon as they are, though they never end', async () => {
      const socket = await open('Transfer-Encoding: chunked');
      const head = encode([...STATED, ['form-data; name="upload"; filename="a.jpg"', jpeg]], '').subarray(0, -2);
      const chunk = Buffer.alloc(MIB);
      const write = (bytes: Buffer) =>
        socket.write(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]));
      write(head);
      for (let sent = 0; sent < 12; sent += 1) write(chunk);
      expect(await answerOf(socket)).toMatch(/^HTTP\/1.1 413 /);
      socket.destroy();
    });
  });

  it('that break off leave no file, no row, no memory and no open descriptor', async () => {
    const before = await leftovers(server);
    const body = encode([
      ...STATED,
      ['form-data; name="upload"; filename="a.jpg"', Buffer.concat([jpeg, Buffer.alloc(MIB)])],
    ]);
    const breakOff = async () => {
      const socket = await open(`Content-Length: ${body.length}`);
      await new Promise((resolve) => socket.write(body.subarray(0, body.length / 2), resolve));
      socket.resetAndDestroy();
    };
    await breakOff();
    await allMemoryIsFree(server);
    const descriptors = openDescriptors();
    for (let round = 0; round < 30; round += 1) await breakOff();
    await allMemoryIsFree(server);
    expect(await leftovers(server)).toEqual(before);
    await eventually(async () => openDescriptors() <= descriptors + 2);
    expect(outcome(await submit(server, token, { bytes: jpeg }))).toEqual([201, null]);
  });

  it('wait for nobody when the memory for uploads is full', async () => {
    const memory = server.app.get(UploadMemory, { strict: false });
    const release = memory.reserve(128 * MIB);
    const answer = await submit(server, token, { bytes: jpeg });
    expect(outcome(answer)).toEqual([503, 'The service is busy, please try again shortly']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    release();
    release();
    expect((await submit(server, token, { bytes: jpeg })).status).toBe(201);
    await allMemoryIsFree(server);
    expect(() => memory.reserve(128 * MIB + 1)).toThrow();
  });

  it('from 30 clients at once are all answered', async () => {
    const statement = { ...STATEMENT, doc_type: 'x' };
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => submit(server, token, { bytes: jpeg }, statement)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
  });

  /** A connection on which the head of an upload has been sent. */
  async function open(length: string): Promise<Socket> {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(
      `POST /api/v1/documents HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${token}\r\n` +
        `Content-Type: multipart/form-data; boundary=${BOUNDARY}\r\n${length}\r\n\r\n`,
    );
    return socket;
  }
});

function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.setEncoding('utf8').once('data', resolve);
  });
}

/** Waits until every upload has given its memory back. */
async function allMemoryIsFree(server: TestApp): Promise<void> {
  const memory = server.app.get(UploadMemory, { strict: false });
  await eventually(async () => {
    try {
      memory.reserve(128 * MIB)();
      return true;
    } catch {
      return false;
    }
  });
}

function openDescriptors(): number {
  return existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0;
}
