import { Global, Module } from '@nestjs/common';
import { JobQueue } from './job-queue.service.js';
import { JobWorker } from './job-worker.service.js';

/** Jobs on the same PostgreSQL. */
@Global()
@Module({ providers: [JobQueue, JobWorker], exports: [JobQueue, JobWorker] })
export class QueueModule {}
