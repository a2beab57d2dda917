import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
// @ts-expect-error The package has no types.
import S3rver from '@20minutes/s3rver';

/** A server that speaks S3, with one bucket; its credentials are fixed. */
export interface S3Server {
  /** For STORAGE_URL. */
  url: string;
  /** Where it keeps its objects. */
  directory: string;
  close(): Promise<void>;
}

interface Context {
  path: string;
  app: { allowMismatchedSignatures: boolean };
}

interface Runnable {
  middleware: ((context: Context, next: () => Promise<void>) => Promise<void>)[];
  run(): Promise<{ port: number }>;
  close(): Promise<void>;
}

export const BUCKET = 'kyc-uploads';

export async function startS3(): Promise<S3Server> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'barong-s3-'));
  const Server = S3rver as new (options: object) => Runnable;
  const server = new Server({
    ...{ port: 0, address: '127.0.0.1', silent: true, directory, vhostBuckets: false },
    configureBuckets: [{ name: BUCKET, configs: [] }],
  });
  // The SDK ends the path of a bucket with a slash, which this server leaves out of what it signs.
  server.middleware.unshift((context, next) => {
    context.app.allowMismatchedSignatures = context.path === `/${BUCKET}/`;
    return next();
  });
  const { port } = await server.run();
  return {
    url: `s3://S3RVER:S3RVER@127.0.0.1:${port}/${BUCKET}?region=eu-central-1&tls=off`,
    directory,
    close: async () => {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
