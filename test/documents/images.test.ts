import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { jpegScans } from '../../src/documents/jpeg-scans.js';
import { startApp, type TestApp } from '../support/app.js';
import { outcome } from '../support/client.js';
import { chunk, png } from './png-parts.js';
import { type File, leftovers, newToken, openNewest, picture, submit } from './uploads.js';

const NOT_AN_IMAGE = [422, 'Upload is not a JPEG or PNG image'];
const TOO_MANY_PIXELS = [422, 'Upload has too many pixels (maximum is 40 megapixels)'];
const MIB = 1024 * 1024;
const HTML = '<!doctype html><script>alert(1)</script>';

describe('what is in an upload', () => {
  let server: TestApp;
  let token: string;
  let jpeg: Buffer;
  let pngBytes: Buffer;
  beforeAll(async () => {
    server = await startApp();
    jpeg = await picture('jpeg');
    pngBytes = await picture('png');
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    token = await newToken(server);
  });

  const send = async (file: File) => outcome(await submit(server, token, file));

  it.each<['jpeg' | 'png', string, string]>([
    ['jpeg', 'a.jpg', 'image/jpeg'],
    ['jpeg', 'a.jpeg', 'image/jpeg'],
    ['jpeg', 'A.B.JPG', 'IMAGE/JPEG'],
    ['jpeg', 'a.jpg', 'image/jpg'],
    ['jpeg', '../../etc/passwd.jpg', 'application/octet-stream'],
    ['png', 'паспорт.png', 'image/png'],
    ['png', 'a.PNG', ''],
  ])('%s named %j, declared %j, is taken', async (format, name, type) => {
    expect(await send({ bytes: format === 'jpeg' ? jpeg : pngBytes, name, type })).toEqual([201, null]);
    const opened = await openNewest(server);
    expect(opened.contentType).toBe(`image/${format}`);
    expect(opened.filename).toMatch(
      format === 'jpeg' ? /^passport-ID[0-9A-F]{10}\.jpg$/ : /^passport-ID[0-9A-F]{10}\.png$/,
    );
    expect(await sharp(opened.bytes).metadata()).toMatchObject({ format, width: 60, height: 40 });
  });

  it.each<['jpeg' | 'png', string, string]>([
    ['jpeg', 'a.png', 'image/jpeg'],
    ['jpeg', 'a.png', 'image/png'],
    ['jpeg', 'a.jpg', 'image/png'],
    ['jpeg', 'a.jpg', 'text/html'],
    ['jpeg', 'a.html', 'image/jpeg'],
    ['jpeg', 'a.jpg.exe', 'image/jpeg'],
    ['jpeg', 'jpg', 'image/jpeg'],
    ['jpeg', '.jpg', 'image/jpeg'],
    ['jpeg', 'a.jpg ', 'image/jpeg'],
    ['png', 'a.jpg', 'image/png'],
    ['png', 'a.svg', 'image/svg+xml'],
  ])('%s named %j, declared %j, is refused', async (format, name, type) => {
    expect(await send({ bytes: format === 'jpeg' ? jpeg : pngBytes, name, type })).toEqual(NOT_AN_IMAGE);
  });

  it.each<[string, () => Buffer | Promise<Buffer>]>([
    ['GIF', () => Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')],
    ['SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script/></svg>')],
    ['HTML', () => Buffer.from(HTML)],
    ['PDF', () => Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF')],
    ['a program', () => Buffer.concat([Buffer.from('MZ\x90\x00'), Buffer.alloc(4096)])],
    [
      'WebP',
      () =>
        sharp({ create: { width: 4, height: 4, channels: 3, background: '#fff' } })
          .webp()
          .toBuffer(),
    ],
    ['a byte', () => Buffer.from([0xff])],
    ['a JPEG signature and nothing else', () => Buffer.from([0xff, 0xd8, 0xff])],
    ['a JPEG signature and HTML', () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(HTML)])],
    ['a PNG signature and HTML', () => Buffer.concat([pngBytes.subarray(0, 8), Buffer.from(HTML)])],
    ['a picture after something else', () => Buffer.concat([Buffer.from('GIF89a'), jpeg])],
  ])('%s under the name of a picture is refused', async (_, make) => {
    const bytes = await make();
    expect(await send({ bytes, name: 'a.jpg', type: 'image/jpeg' })).toEqual(NOT_AN_IMAGE);
    expect(await send({ bytes, name: 'a.png', type: 'image/png' })).toEqual(NOT_AN_IMAGE);
  });

  it('refuses pictures that break off or are damaged', async () => {
    const whole = await detailed();
    const wholeJpeg = await sharp(whole).jpeg().toBuffer();
    const damaged = Buffer.from(whole);
    damaged.writeUInt32BE(0, damaged.length - 200);
    for (const bytes of [wholeJpeg.subarray(0, wholeJpeg.length / 2), wholeJpeg.subarray(0, wholeJpeg.length - 200)]) {
      expect(await send({ bytes, name: 'a.jpg' })).toEqual(NOT_AN_IMAGE);
    }
    for (const bytes of [whole.subarray(0, whole.length / 2), whole.subarray(0, whole.length - 200), damaged]) {
      expect(await send({ bytes, name: 'a.png' })).toEqual(NOT_AN_IMAGE);
    }
  });

  it('refuses pictures of too many pixels by what their header says, before it reads any', async () => {
    const few = Buffer.alloc(16);
    expect(await send({ bytes: png(100_000, 100_000, few), name: 'a.png' })).toEqual(TOO_MANY_PIXELS);
    expect(await send({ bytes: png(8_001, 5_000, few), name: 'a.png' })).toEqual(TOO_MANY_PIXELS);
    expect(await send({ bytes: png(0x7fffffff, 0x7fffffff, few), name: 'a.png' })).toEqual([422, expect.any(String)]);
    expect(await send({ bytes: png(0xffffffff, 1, few), name: 'a.png' })).toEqual([422, expect.any(String)]);
    expect(await send({ bytes: png(0, 0, few), name: 'a.png' })).toEqual(NOT_AN_IMAGE);
    expect(await send({ bytes: png(6_000, 6_000, few), name: 'a.png' })).toEqual(NOT_AN_IMAGE);
    const wide = await sharp({ create: { width: 16_000, height: 2_600, channels: 3, background: '#fff' } })
      .jpeg()
      .toBuffer();
    expect(await send({ bytes: wide, name: 'a.jpg' })).toEqual(TOO_MANY_PIXELS);
  });

  it('refuses a picture of more scans than any camera writes, and counts none behind its end', async () => {
    const { head, scan } = await progressive();
    const end = Buffer.from('ffd9', 'hex');
    const ofScans = (count: number) => Buffer.concat([head, ...Array.from({ length: count }, () => scan), end]);
    expect([jpegScans(ofScans(100)), jpegScans(ofScans(101))]).toEqual([100, 101]);
    expect(await send({ bytes: ofScans(100), name: 'a.jpg' })).toEqual([201, null]);
    expect(await send({ bytes: ofScans(101), name: 'a.jpg' })).toEqual(NOT_AN_IMAGE);
    expect(await send({ bytes: Buffer.concat([ofScans(1), ofScans(200)]), name: 'a.jpg' })).toEqual([201, null]);
  });

  it('takes the largest picture and the smallest', async () => {
    expect(await send({ bytes: await picture('png', 8_000, 5_000), name: 'a.png' })).toEqual([201, null]);
    expect(await send({ bytes: await picture('jpeg', 1, 1), name: 'a.jpg' })).toEqual([201, null]);
    expect(await sharp((await openNewest(server)).bytes).metadata()).toMatchObject({ width: 1, height: 1 });
  });

  it('does not unpack what it does not need', async () => {
    const bomb = deflateSync(Buffer.alloc(256 * MIB), { level: 9 });
    const text = chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), bomb]));
    for (const bytes of [png(1, 1, Buffer.alloc(2), text), png(1, 1, Buffer.alloc(2), chunk('IDAT', bomb))]) {
      const before = process.memoryUsage().rss;
      expect([201, 422]).toContain((await send({ bytes, name: 'a.png' }))[0]);
      expect(process.memoryUsage().rss - before).toBeLessThan(128 * MIB);
    }
    expect(await send({ bytes: jpeg, name: 'a.jpg' })).toEqual([201, null]);
  });

  it('drops whatever hides behind or between the pixels', async () => {
    const zip = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, HTML.length + 2]), Buffer.from(HTML)]);
    const text = chunk('tEXt', Buffer.from(`Comment\0${HTML}`));
    const hiding = [
      { bytes: Buffer.concat([jpeg, Buffer.from(HTML), zip]), name: 'a.jpg' },
      { bytes: Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]), name: 'a.jpg' },
      { bytes: Buffer.concat([pngBytes, Buffer.from(HTML), zip]), name: 'a.png' },
      { bytes: png(1, 1, Buffer.alloc(2), text), name: 'a.png' },
    ];
    for (const file of hiding) {
      expect(file.bytes.includes(HTML)).toBe(true);
      expect(await send(file)).toEqual([201, null]);
      const { bytes } = await openNewest(server);
      expect(bytes.includes('<script>')).toBe(false);
      expect(bytes.includes('PK')).toBe(false);
    }
  });

  it('drops where and with what a picture was taken, and turns it upright', async () => {
    const taken = await sharp(jpeg)
      .withExif({
        IFD0: { Make: 'Camera of Alice', Copyright: 'Alice' },
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '51/1 30/1 3230/100',
          GPSLongitudeRef: 'W',
          GPSLongitude: '0/1 7/1 4366/100',
        },
      })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const before = await sharp(taken).metadata();
    expect(before).toMatchObject({ orientation: 6, width: 60, height: 40 });
    expect(before.exif?.includes('Camera of Alice')).toBe(true);

    expect(await send({ bytes: taken, name: 'a.jpg', type: 'image/jpeg' })).toEqual([201, null]);
    const { bytes } = await openNewest(server);
    const after = await sharp(bytes).metadata();
    expect(after).toMatchObject({ format: 'jpeg', width: 40, height: 60 });
    expect([after.exif, after.xmp, after.iptc, after.icc, after.orientation]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    for (const word of ['Camera', 'Alice', 'Exif']) expect(bytes.includes(word)).toBe(false);
  });

  it('takes pictures in the colours of printers, grey and 16 bits', async () => {
    const base = sharp(jpeg);
    const cmyk = await base.clone().toColourspace('cmyk').jpeg().toBuffer();
    const grey = await base.clone().greyscale().toColourspace('b-w').png().toBuffer();
    const deep = await base.clone().toColourspace('rgb16').png().toBuffer();
    expect(await send({ bytes: cmyk, name: 'a.jpg' })).toEqual([201, null]);
    expect(await send({ bytes: grey, name: 'a.png' })).toEqual([201, null]);
    expect(await send({ bytes: deep, name: 'a.png' })).toEqual([201, null]);
  });

  it('keeps neither file nor row of a refused picture', async () => {
    const before = await leftovers(server);
    expect(await send({ bytes: Buffer.from(HTML), name: 'a.jpg' })).toEqual(NOT_AN_IMAGE);
    expect(await send({ bytes: png(9_000, 9_000, Buffer.alloc(2)), name: 'a.png' })).toEqual(TOO_MANY_PIXELS);
    expect(await leftovers(server)).toEqual(before);
  });
});

/** A PNG with detail everywhere, the same one every time. */
async function detailed(width = 300, height = 200): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0, value = 1; at < pixels.length; at += 1) {
    value = (value * 48_271) % 0x7fffffff;
    pixels[at] = value & 0xff;
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** The first scan of a progressive JPEG and what is before it. As nothing is left to be refined, it may come again. */
async function progressive(): Promise<{ head: Buffer; scan: Buffer }> {
  const bytes = await sharp(await detailed(16, 16))
    .jpeg({ progressive: true })
    .toBuffer();
  const from = bytes.indexOf('ffda', 0, 'hex');
  const data = from + 2 + bytes.readUInt16BE(from + 2);
  bytes[data - 1] = 0;
  let to = data;
  while (bytes[to] !== 0xff || bytes[to + 1] === 0) to += 1;
  return { head: bytes.subarray(0, from), scan: bytes.subarray(from, to) };
}
