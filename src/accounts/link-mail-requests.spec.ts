import { describe, expect, it } from '@jest/globals';
import type { Database } from '../infra/database/database.service.js';
import type { JobQueue } from '../infra/queue/job-queue.service.js';
import type { Limit, RateLimits } from '../infra/rate-limit/rate-limits.service.js';
import type { KnownDevices } from './known-devices.service.js';
import type { KnownNetworks } from './known-networks.service.js';
import { LinkMailRequests } from './link-mail-requests.service.js';

/** What is done for one request while these counters of the address are used up. */
async function workOf(usedUp: string[]): Promise<{ writes: number; recipients: unknown[] }> {
  const recipients: unknown[] = [];
  let writes = 0;
  const limits = {
    take: () => Promise.resolve(),
    allows: ({ name }: Limit) => Promise.resolve((writes += 1) > 0 && !usedUp.includes(name)),
    giveBack: () => Promise.resolve((writes += 1)),
  } as unknown as RateLimits;
  const requests = new LinkMailRequests(
    { transaction: (work: (tx: unknown) => unknown) => work(undefined) } as unknown as Database,
    limits,
    { add: (_: unknown, __: string, { email }: { email: string }) => recipients.push(email) } as unknown as JobQueue,
    { has: () => Promise.resolve(false) } as unknown as KnownNetworks,
    { find: () => Promise.resolve(undefined) } as unknown as KnownDevices,
  );
  await requests.put('task', 'owner@example.com', { ip: '203.0.113.7', userAgent: '', requestId: '' });
  return { writes, recipients };
}

describe('LinkMailRequests (C-03)', () => {
  it('does the same work for a mail and for none, so that the time tells nothing', async () => {
    const owner = { writes: 3, recipients: ['owner@example.com'] };
    const nobody = { writes: 3, recipients: [''] };
    expect(await workOf([])).toEqual(owner);
    expect(await workOf(['task-day'])).toEqual(owner);
    expect(await workOf(['task-minute'])).toEqual(nobody);
    expect(await workOf(['task-day', 'task-hour'])).toEqual(nobody);
  });
});
