import { Injectable } from '@nestjs/common';

/** Whether this process still wants new requests, and what it misses. */
@Injectable()
export class Lifecycle {
  private drains = false;
  private readonly parts = new Map<string, () => boolean>();

  get isDraining(): boolean {
    return this.drains;
  }

  /** From now on /health/ready answers 503, so that the balancer sends requests elsewhere. */
  startDraining(): void {
    this.drains = true;
  }

  /** Has /health/ready name a part that only some requests need, while it is away. */
  watch(part: string, isAway: () => boolean): void {
    this.parts.set(part, isAway);
  }

  get awayParts(): string[] {
    return [...this.parts].filter(([, isAway]) => isAway()).map(([part]) => part);
  }
}
