import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Config } from '../config/config.js';
import { JobWorker } from '../infra/queue/job-worker.service.js';
import { KeysService } from './keys.service.js';
import { SigningKeysService } from './signing-keys.service.js';

const EVERY_HOUR = '41 * * * *';

/** Rotates keys that have signed for KEY_ROTATION_DAYS, so that nobody has to remember it (CONTROLS C-45). */
@Injectable()
export class KeyRotationService implements OnModuleInit {
  private readonly logger = new Logger('Keys');

  constructor(
    private readonly config: Config,
    private readonly store: SigningKeysService,
    private readonly keys: KeysService,
    private readonly worker: JobWorker,
  ) {}

  onModuleInit(): void {
    this.worker.repeat('keys.rotate', EVERY_HOUR, () => this.rotateDue());
  }

  /** Does what is due now, if rotation is on; the other replicas see it within half a minute. */
  async rotateDue(): Promise<void> {
    const { keyRotationDays: days } = this.config;
    const rotated = days > 0 ? await this.store.rotateOlderThan(days) : [];
    if (rotated.length === 0) return;
    this.logger.log({ msg: 'signing keys rotated', algorithms: rotated });
    await this.keys.refresh();
  }
}
