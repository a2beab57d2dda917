import { Injectable } from '@nestjs/common';

/** Whether this process still wants new requests. */
@Injectable()
export class Lifecycle {
  private drains = false;

  get isDraining(): boolean {
    return this.drains;
  }

  /** From now on /health/ready answers 503, so that the balancer sends requests elsewhere. */
  startDraining(): void {
    this.drains = true;
  }
}
