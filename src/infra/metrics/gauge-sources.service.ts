import { Injectable, Logger } from '@nestjs/common';

/** Sets gauges to what is true right now. */
export type GaugeSource = () => void | Promise<void>;

/** What is not counted as it happens is looked up when somebody asks for the metrics, and never otherwise. */
@Injectable()
export class GaugeSources {
  private readonly logger = new Logger('Metrics');
  private readonly sources: GaugeSource[] = [];

  add(source: GaugeSource): void {
    this.sources.push(source);
  }

  /** All at once. One that fails, as when the database is away, is no reason to tell nothing. */
  async read(): Promise<void> {
    const results = await Promise.allSettled(this.sources.map(async (source) => source()));
    for (const result of results) {
      if (result.status === 'fulfilled') continue;
      const { name, code } = result.reason as { name?: string; code?: string };
      this.logger.debug({ msg: 'a gauge could not be read', error: name, code });
    }
  }
}
