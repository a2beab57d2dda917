import type { S3Client } from '@aws-sdk/client-s3';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { AppError } from '../../common/app-error.js';
import type { StorageBucket } from '../../config/storage-bucket.js';
import { inSpan } from '../tracing/spans.js';
import { BATCH_SIZE, FileStore, isFileKey, relativePathOf } from './file-store.js';
import { StorageErrors, storageErrorFor } from './storage.errors.js';

/** The bucket may hold other things too; only what lies under this prefix is ours. */
const PREFIX = 'uploads/';
const CONNECT_TIMEOUT_MS = 2_000;
const REQUEST_TIMEOUT_MS = 10_000;
const ATTEMPTS = 2;

type Sdk = typeof import('@aws-sdk/client-s3');

/** A bucket of any server that speaks S3. The SDK is loaded when it is first needed: it is large and slow to start. */
export class S3FileStore extends FileStore implements OnApplicationShutdown {
  private readonly logger = new Logger('Storage');
  private client: S3Client | undefined;

  constructor(private readonly bucket: StorageBucket) {
    super();
  }

  async put(key: string, bytes: Buffer): Promise<void> {
    const object = { ...this.locate(key), Body: bytes, ContentType: 'application/octet-stream' };
    await this.call('put', (s3, sdk) => s3.send(new sdk.PutObjectCommand(object)));
  }

  async get(key: string): Promise<Buffer> {
    const object = this.locate(key);
    const bytes = await this.call('get', async (s3, sdk) => {
      const { Body: body } = await s3.send(new sdk.GetObjectCommand(object));
      return body?.transformToByteArray();
    });
    if (bytes === undefined) throw StorageErrors.missing();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  async remove(key: string): Promise<void> {
    const object = this.locate(key);
    await this.call('remove', (s3, sdk) => s3.send(new sdk.DeleteObjectCommand(object)));
  }

  async *listOlderThan(moment: Date): AsyncGenerator<string[]> {
    let next: string | undefined;
    do {
      const query = { Bucket: this.bucket.bucket, Prefix: PREFIX, MaxKeys: BATCH_SIZE, ContinuationToken: next };
      const page = await this.call('list', (s3, sdk) => s3.send(new sdk.ListObjectsV2Command(query)));
      const keys = (page.Contents ?? [])
        .filter((object) => object.LastModified !== undefined && object.LastModified < moment)
        .map((object) => object.Key?.split('/').at(-1) ?? '');
      yield keys.filter(isFileKey);
      next = page.NextContinuationToken;
    } while (next !== undefined);
  }

  onApplicationShutdown(): void {
    this.client?.destroy();
  }

  private locate(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket.bucket, Key: PREFIX + relativePathOf(key) };
  }

  private async call<T>(action: string, work: (s3: S3Client, sdk: Sdk) => Promise<T>): Promise<T> {
    const sdk = await import('@aws-sdk/client-s3');
    const client = (this.client ??= connect(sdk, this.bucket));
    const host = new URL(this.bucket.endpoint).hostname;
    try {
      return await inSpan([`s3 ${action}`, 'client', { 'server.address': host }], () => work(client, sdk));
    } catch (error) {
      throw this.refusal(action, error);
    }
  }

  /** The server's own words are neither passed on nor logged: they name keys and hosts. */
  private refusal(action: string, error: unknown): AppError {
    const { name, code } = error as { name?: string; code?: string };
    if (name === 'NoSuchKey') return StorageErrors.missing();
    const trouble = code ?? name ?? 'unknown';
    this.logger.error({ msg: 'file store failed', action, error: trouble });
    return storageErrorFor(trouble);
  }
}

function connect(sdk: Sdk, { endpoint, region, accessKeyId, secretAccessKey }: StorageBucket): S3Client {
  return new sdk.S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    // Servers other than Amazon's rarely have a name for each bucket, and do not all know the newer checksums.
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      socketTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
}
