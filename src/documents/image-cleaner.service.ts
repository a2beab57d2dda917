import path from 'node:path';
import { Injectable } from '@nestjs/common';
import sharp from 'sharp';
import { AppError } from '../common/app-error.js';
import { RequestErrors } from '../common/request-errors.js';
import { MAX_PIXELS, MAX_SCANS } from './document-limits.js';
import { DocumentErrors } from './documents.errors.js';
import { jpegScans } from './jpeg-scans.js';
import { WorkQueue } from './work-queue.js';

/** A file as a client sent it; nothing in it is believed. */
export interface Upload {
  filename: string;
  declaredType: string;
  bytes: Buffer;
}

/** A picture that we made ourselves, of the pixels of an upload and nothing else. */
export interface CleanImage {
  contentType: 'image/jpeg' | 'image/png';
  bytes: Buffer;
}

type Format = 'jpeg' | 'png';

const BY_EXTENSION = new Map<string, Format>([
  ['.jpg', 'jpeg'],
  ['.jpeg', 'jpeg'],
  ['.png', 'png'],
]);
const BY_DECLARED_TYPE = new Map<string, Format>([
  ['image/jpeg', 'jpeg'],
  ['image/jpg', 'jpeg'],
  ['image/pjpeg', 'jpeg'],
  ['image/png', 'png'],
]);
/** What senders say that do not know (RFC 7578, section 4.4). */
const UNDECLARED = 'application/octet-stream';
const SIGNATURES: [Format, Buffer][] = [
  ['jpeg', Buffer.from([0xff, 0xd8, 0xff])],
  ['png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
];

/** One picture of 40 megapixels can take 600 MB while it is turned; a second one at the same time would be too much. */
const AT_ONCE = 1;
const LONGEST_WAIT_MS = 20_000;
/** Whatever takes longer was made to, or the machine has no time for it. */
const LONGEST_WORK_SECONDS = 15;

sharp.cache(false);
sharp.concurrency(1);
// libvips reads dozens of formats; a process that needs two of them should not be attacked through the others.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer'] });

/** Takes in pictures: judges what they are, and makes them anew (CONTROLS C-62, C-63). */
@Injectable()
export class ImageCleaner {
  private readonly queue = new WorkQueue(AT_ONCE, LONGEST_WAIT_MS, RequestErrors.busy);

  /**
   * The picture upright and re-encoded: metadata such as the place it was taken, and anything hidden behind the pixels,
   * stay behind.
   * @throws AppError 422 when name, declared type and content are not one JPEG or PNG that decodes; 503 when too many
   * others wait
   */
  async clean(upload: Upload): Promise<CleanImage> {
    const format = agreedFormat(upload);
    if (format === undefined) throw DocumentErrors.notAnImage();
    return this.queue.run(() => encodeAnew(upload.bytes, format));
  }
}

function agreedFormat({ filename, declaredType, bytes }: Upload): Format | undefined {
  const format = SIGNATURES.find(([, signature]) => bytes.subarray(0, signature.length).equals(signature))?.[0];
  const declared = declaredType.trim().toLowerCase();
  const agrees =
    BY_EXTENSION.get(path.extname(filename).toLowerCase()) === format &&
    (declared === UNDECLARED || BY_DECLARED_TYPE.get(declared) === format);
  return agrees ? format : undefined;
}

async function encodeAnew(bytes: Buffer, format: Format): Promise<CleanImage> {
  try {
    await assertBearable(bytes, format);
    const picture = sharp(bytes, { failOn: 'warning', limitInputPixels: MAX_PIXELS })
      .autoOrient()
      .timeout({ seconds: LONGEST_WORK_SECONDS });
    // 4:4:4: fine print is what these pictures are about.
    const encoded = format === 'jpeg' ? picture.jpeg({ quality: 90, chromaSubsampling: '4:4:4' }) : picture.png();
    return { contentType: `image/${format}`, bytes: await encoded.toBuffer() };
  } catch (error) {
    throw refusalFor(error);
  }
}

/** libvips tells of everything else that is wrong with a picture in words of its own. */
function refusalFor(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const ranOutOfTime = error instanceof Error && error.message.startsWith('timeout:');
  return ranOutOfTime ? RequestErrors.busy() : DocumentErrors.notAnImage();
}

/** By the header, before a single pixel is decoded. */
async function assertBearable(bytes: Buffer, format: Format): Promise<void> {
  const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
  if (width * height > MAX_PIXELS) throw DocumentErrors.tooManyPixels();
  if (format === 'jpeg' && jpegScans(bytes) > MAX_SCANS) throw DocumentErrors.notAnImage();
}
