import { Global, Module } from '@nestjs/common';
import { CleanUps } from './clean-ups.service.js';
import { DeadLetters } from './dead-letters.service.js';
import { JobGauges } from './job-gauges.service.js';
import { JobQueue } from './job-queue.service.js';
import { JobWorker } from './job-worker.service.js';
import { UndoneJobs } from './undone-jobs.service.js';

/** Jobs on the same PostgreSQL. */
@Global()
@Module({
  providers: [CleanUps, DeadLetters, JobGauges, JobQueue, JobWorker, UndoneJobs],
  exports: [CleanUps, DeadLetters, JobQueue, JobWorker, UndoneJobs],
})
export class QueueModule {
  constructor(cleanUps: CleanUps, deadLetters: DeadLetters) {
    cleanUps.addSweep('dead_jobs', (most) => deadLetters.removeOld(most));
  }
}
