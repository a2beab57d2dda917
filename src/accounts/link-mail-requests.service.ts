import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import { JobQueue } from '../infra/queue/job-queue.service.js';
import { networkOf } from '../infra/rate-limit/network.js';
import { type Limit, RateLimits } from '../infra/rate-limit/rate-limits.service.js';
import { devicesOf, KnownDevices } from './known-devices.service.js';
import { KnownNetworks } from './known-networks.service.js';
import { canonicalEmail } from './email-address.js';

const HOUR = 3600;
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
   * Tells nothing and takes the same time whether or not there is an account: the job finds out. So does what is too
   * much for the address, since that depends on where its owner signed in: it ends in a job for nobody (CONTROLS C-03).
   * @param task gets `{ email }`, canonical or empty; its name is also that of the counters
   * @param deviceCookie see DeviceCookie; on pages only
   * @throws AppError 429 for a network that asks too often
   */
  async put(task: string, address: string, { ip }: RequestOrigin, deviceCookie?: string): Promise<void> {
    const email = canonicalEmail(address);
    if (email === null) return;
    const network = networkOf(ip);
    const isOnDevice = (await this.devices.find(deviceCookie, email)) !== undefined;
    const limit = limitsOf(task);
    await this.limits.take(limit('network', 20, HOUR), isOnDevice ? devicesOf(email) : network);
    if (isOnDevice) await this.limits.take(limit('known', 200, HOUR), network);
    // Where the owner signed in lately they are counted by themselves: whoever asks for mails to them from elsewhere
    // must not keep them from their own (CONTROLS C-09).
    const isAtHome = !isOnDevice && (await this.known.has(email, ip));
    const asker = isOnDevice ? devicesOf(email) : isAtHome ? `${email} ${network}` : email;
    const recipient = (await this.mayWrite(task, asker)) ? email : '';
    await this.database.transaction((tx) => this.queue.add(tx, task, { email: recipient }));
  }

  /**
   * One a minute and five a day; then one an hour, so that nobody can use up the mails of somebody else for long. Asks
   * for the same number of writes whatever it finds.
   * @param asker canonical address, by itself where its owner is not known
   */
  async mayWrite(task: string, asker: string): Promise<boolean> {
    const limit = limitsOf(task);
    const spend = async (one: Limit, isNeeded: boolean): Promise<boolean> => {
      if (isNeeded) return this.limits.allows(one, asker);
      await this.limits.giveBack(one, `${asker} in vain`);
      return false;
    };
    const isSpaced = await spend(limit('minute', 1, 60), true);
    const isAmongFirst = await spend(limit('day', 5, DAY), isSpaced);
    const isLater = await spend(limit('hour', 1, HOUR), isSpaced && !isAmongFirst);
    return isAmongFirst || isLater;
  }
}

const limitsOf =
  (task: string) =>
  (name: string, points: number, seconds: number): Limit => ({ name: `${task}-${name}`, points, seconds });
