import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { canonicalHost } from './website-branding.js';
import { Website } from './website.entity.js';

/** How soon every replica shows a change. */
const REFRESH_MS = 10_000;

/** The websites by host, kept at hand: every page asks for its own. */
@Injectable()
export class Brands implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Brands');
  private byHost: ReadonlyMap<string, Website> = new Map();
  private timer: NodeJS.Timeout | undefined;

  constructor(@InjectRepository(Website) private readonly websites: Repository<Website>) {}

  async onModuleInit(): Promise<void> {
    await this.refresh();
    this.timer = setInterval(() => {
      this.refresh().catch(() => this.logger.warn({ msg: 'websites could not be refreshed' }));
    }, REFRESH_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** The website of a request's host, which may carry a port; none for hosts that staff did not name. */
  find(host: string): Website | undefined {
    const canonical = canonicalHost(host.replace(/:\d+$/, ''));
    return canonical === null ? undefined : this.byHost.get(canonical);
  }

  /** Reads all anew; called after a change, so that whoever made it sees it. */
  async refresh(): Promise<void> {
    const websites = await this.websites.find();
    this.byHost = new Map(websites.map((website) => [website.host, website]));
  }
}
