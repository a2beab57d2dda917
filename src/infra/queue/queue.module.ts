import { Global, Module } from '@nestjs/common';
import { DeadLetters } from './dead-letters.service.js';
import { JobQueue } from './job-queue.service.js';
import { JobWorker } from './job-worker.service.js';

/** Jobs on the same PostgreSQL. */
@Global()
@Module({ providers: [DeadLetters, JobQueue, JobWorker], exports: [DeadLetters, JobQueue, JobWorker] })
export class QueueModule {}
