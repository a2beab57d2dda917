import path from 'node:path';
import { Module } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { DiskFileStore } from './disk.file-store.js';
import { FileStore } from './file-store.js';
import { S3FileStore } from './s3.file-store.js';

/** The FileStore of this process: the bucket of STORAGE_URL, else a folder of DATA_DIR. */
@Module({
  providers: [
    {
      provide: FileStore,
      inject: [Config],
      useFactory: ({ storage, dataDir }: Config): FileStore =>
        storage ? new S3FileStore(storage) : new DiskFileStore(path.join(dataDir, 'uploads')),
    },
  ],
  exports: [FileStore],
})
export class StorageModule {}
