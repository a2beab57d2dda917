import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import { JobQueue } from '../infra/queue/job-queue.service.js';
import { networkOf } from '../infra/rate-limit/network.js';
import { type Limit, RateLimits } from '../infra/rate-limit/rate-limits.service.js';
import { KnownDevices } from './known-devices.service.js';
import { KnownNetworks } from './known-networks.service.js';
import { canonicalEmail } from './email-address.js';

const DAY = 86_400;

/** Mails with a link that anybody can have sent to anybody: few to an address, few from a network (CONTROLS 2). */
@Injectable()
export class LinkMailRequests {
  constructor(
    private readonly database: Database,
    private readonly limits: RateLimits,
    private readonly queue: JobQueue,
    private readonly known: KnownNetworks,
    private readonly devices: KnownDevices,
  ) {}

  /**
   * Tells nothing and takes the same time whether or not there is an account: the job finds out.
   * @param task gets `{ email }`, canonical; its name is also that of the counters
   * @param deviceCookie see DeviceCookie; on pages only
   * @throws AppError 429, alike for addresses with and without an account
   */
  async put(task: string, address: string, { ip }: RequestOrigin, deviceCookie?: string): Promise<void> {
    const email = canonicalEmail(address);
    if (email === null) return;
    const limit = (name: string, points: number, seconds: number): Limit => ({
      name: `${task}-${name}`,
      points,
      seconds,
    });
    const device = await this.devices.find(deviceCookie, email);
    const place = device ?? networkOf(ip);
    // Where the owner signed in lately they are counted by themselves: whoever asks for mails to them from elsewhere
    // must not keep them from their own (CONTROLS C-09).
    const isOwners = device !== undefined || (await this.known.has(email, ip));
    const asker = isOwners ? `${email} ${place}` : email;
    await this.limits.take(limit('network', 20, 3600), place);
    await this.limits.take(limit('minute', 1, 60), asker);
    await this.limits.take(limit('day', 5, DAY), asker);
    await this.database.transaction((tx) => this.queue.add(tx, task, { email }));
  }
}
