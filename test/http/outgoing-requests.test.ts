import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import type { LookupAddress } from 'node:dns';
import { Config } from '../../src/config/config.js';
import { type OutgoingRequest, OutgoingRequests } from '../../src/infra/http/outgoing-requests.js';

const development = Config.load({ NODE_ENV: 'test', LOG_LEVEL: 'silent' });
/** All that matters of it here. */
const production = Object.assign(Object.create(Config.prototype) as Config, { environment: 'production' });

/** Answers look-ups itself, one after another, and counts them. */
class WithNames extends OutgoingRequests {
  asked: string[] = [];

  constructor(
    config: Config,
    private readonly answers: string[][],
  ) {
    super(config);
  }

  protected override async resolve(host: string): Promise<LookupAddress[]> {
    this.asked.push(host);
    const addresses = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    return (addresses ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  }
}

interface Heard {
  request: IncomingMessage;
  body: string;
}

const servers: Server[] = [];
let heard: Heard[];
beforeEach(() => {
  heard = [];
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A real server on this machine that keeps what it hears. @returns its port */
async function listen(answer: RequestListener, host = '127.0.0.1', port = 0): Promise<number> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      heard.push({ request, body });
      answer(request, response);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return (server.address() as AddressInfo).port;
}

const get = (url: string): OutgoingRequest => ({ method: 'GET', url });
const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n';
/** What a request came to. */
const codeOf = (sending: Promise<unknown>): Promise<unknown> =>
  sending.then(
    () => 'sent',
    ({ code, name }: { code?: unknown; name: string }) => (typeof code === 'string' ? code : name),
  );

describe('a request to an address that somebody registered', () => {
  it('carries method, headers and body, and brings the answer back', async () => {
    const port = await listen((_, response) => response.writeHead(201, { 'content-type': 'text/plain' }).end('hello'));
    const headers = { 'content-type': 'application/json', 'x-signature': 'abc' };
    const url = `http://127.0.0.1:${port}/hook?a=1`;
    const answer = await new OutgoingRequests(development).send({ method: 'POST', url, headers, body: '{"a":"ä"}' });
    expect(answer).toEqual({ status: 201, contentType: 'text/plain', body: Buffer.from('hello') });
    const [{ request, body } = {} as Heard] = heard;
    expect([request.method, request.url, body]).toEqual(['POST', '/hook?a=1', '{"a":"ä"}']);
    expect(request.headers).toMatchObject({ ...headers, host: `127.0.0.1:${port}`, 'content-length': '10' });
  });

  it('follows no redirect', async () => {
    const target = await listen((_, response) => response.end('secret'));
    const location = `http://127.0.0.1:${target}/`;
    const port = await listen((_, response) => response.writeHead(307, { location }).end());
    const answer = await new OutgoingRequests(development).send(get(`http://127.0.0.1:${port}/`));
    expect([answer.status, answer.body.length, heard.length]).toEqual([307, 0, 1]);
  });

  it('reads 64 KiB of an answer, however long it is', async () => {
    const port = await listen((_, response) => {
      const pour = (): void => {
        while (response.write('x'.repeat(10_000)));
      };
      response.on('drain', pour);
      pour();
    });
    const { status, body } = await new OutgoingRequests(development).send(get(`http://127.0.0.1:${port}/`));
    expect([status, body.length]).toEqual([200, 65_536]);
  });

  it.each<[string, RequestListener]>([
    ['never answers', () => undefined],
    ['never ends its answer', (_, response) => response.writeHead(200).write('a')],
    ['wants to speak another language', (request) => request.socket.write(SWITCHING)],
  ])('gives up on a server that %s', async (_, answer) => {
    const port = await listen(answer);
    const sending = new OutgoingRequests(development).send(get(`http://127.0.0.1:${port}/`));
    await expect(sending).rejects.toThrow();
  });

  it('gives up on a name server that never answers', async () => {
    class WithoutNames extends OutgoingRequests {
      protected override resolve(): Promise<never> {
        return new Promise(() => undefined);
      }
    }
    expect(await codeOf(new WithoutNames(production).send(get('https://shop.example/')))).toBe('TimeoutError');
  });

  it('wants a certificate', async () => {
    const port = await listen((_, response) => response.end());
    expect(await codeOf(new OutgoingRequests(development).send(get(`https://127.0.0.1:${port}/`)))).toBe('EPROTO');
    expect(heard).toEqual([]);
  });
});

describe('in production', () => {
  it.each([
    ...['http://shop.example/', 'http://8.8.8.8/', 'ftp://shop.example/', 'file:///etc/passwd', 'data:,a'],
    ...['https://shop.example:22/', 'https://shop.example:6379/', 'https://shop.example:80/'],
    ...['https://user:password@shop.example/', 'https://user@shop.example/', 'http://localhost/'],
  ])('nothing is sent to %s, and no name looked up', async (url) => {
    const outgoing = new WithNames(production, [['93.184.215.14']]);
    expect(await codeOf(outgoing.send(get(url)))).toBe('URL_REFUSED');
    expect(outgoing.asked).toEqual([]);
  });

  it.each([
    ...['127.0.0.1', '127.1', '2130706433', '0x7f.1', '0177.0.0.1', '0', '[::1]', '[::ffff:127.0.0.1]', '[::]'],
    ...['10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254', '[fd00:ec2::254]', '[fe80::1]', '100.100.100.200'],
    ...['[64:ff9b::7f00:1]', '[2002:7f00:1::]'],
  ])('nothing is sent to https://%s', async (host) => {
    expect(await codeOf(new OutgoingRequests(production).send(get(`https://${host}/`)))).toBe('ADDRESS_REFUSED');
  });

  it('nothing is sent to this machine, by whatever name', async () => {
    const port = await listen((_, response) => response.end());
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const code = await codeOf(new OutgoingRequests(production).send(get(`http://${host}:${port}/`)));
      expect([host, code]).toEqual([host, 'URL_REFUSED']);
    }
    expect(await codeOf(new OutgoingRequests(production).send(get('https://localhost/')))).toBe('ADDRESS_REFUSED');
    expect(heard).toEqual([]);
  });

  it.each([
    [['127.0.0.1']],
    [['10.1.2.3']],
    [['169.254.169.254']],
    [['::ffff:169.254.169.254']],
    [['fd00:ec2::254']],
    [['93.184.215.14', '192.168.0.1']],
    [['2606:4700::1', '::1']],
    [[]],
  ])('nothing is sent to a name of %j', async (addresses) => {
    const outgoing = new WithNames(production, [addresses]);
    expect(await codeOf(outgoing.send(get('https://shop.example/')))).toBe('ADDRESS_REFUSED');
  });
});

describe('outside production', () => {
  it('this machine may be called', async () => {
    const port = await listen((_, response) => response.end());
    for (const host of ['127.0.0.1', 'localhost']) {
      const { status } = await new OutgoingRequests(development).send(get(`http://${host}:${port}/`));
      expect([host, status]).toEqual([host, 200]);
    }
  });

  it.each(['http://shop.example/', 'http://8.8.8.8/', 'http://10.0.0.1/', 'http://127.0.0.1.nip.example/'])(
    'but not %s',
    async (url) => {
      expect(await codeOf(new WithNames(development, [['127.0.0.1']]).send(get(url)))).toBe('URL_REFUSED');
    },
  );

  it.each([['shop.example'], ['localhost.'], ['127.0.0.1.nip.example']])(
    'nor this machine by the name %s, which is for the internet',
    async (host) => {
      const outgoing = new WithNames(development, [['127.0.0.1']]);
      expect(await codeOf(outgoing.send(get(`https://${host}/`)))).toBe('ADDRESS_REFUSED');
    },
  );

  it('nor another machine by the name of this one', async () => {
    for (const address of ['10.0.0.1', '93.184.215.14']) {
      const outgoing = new WithNames(development, [[address]]);
      expect(await codeOf(outgoing.send(get('http://localhost/')))).toBe('ADDRESS_REFUSED');
    }
  });
});

describe('a name that changes its mind (DNS rebinding)', () => {
  it('is asked once, and the connection goes to what it said then', async () => {
    const port = await listen((_, response) => response.end('first'), '127.0.0.2');
    await listen((_, response) => response.end('second'), '127.0.0.1', port);
    const outgoing = new WithNames(development, [['127.0.0.2'], ['127.0.0.1']]);
    const { body } = await outgoing.send(get(`http://localhost:${port}/`));
    expect([body.toString(), outgoing.asked]).toEqual(['first', ['localhost']]);
    expect(heard[0]?.request.headers.host).toBe(`localhost:${port}`);
  });
});

describe('the end of a request', () => {
  it('closes the connection', async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const closed = new Promise<void>((resolve) => {
      server.on('connection', (socket) => {
        socket.on('data', () =>
          socket.write('HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok'),
        );
        socket.on('close', () => resolve());
        socket.on('error', () => undefined);
      });
    });
    const { body } = await new OutgoingRequests(development).send(get(`http://127.0.0.1:${port}/`));
    await closed;
    expect(body.toString()).toBe('ok');
    server.close();
  });
});
