import { type Command, InvalidArgumentError } from 'commander';
import { OutboxService } from '../admin/outbox.service.js';
import { print, withService } from './context.js';

const MOST_LISTED = 100;

interface Chosen {
  task?: string;
  all: boolean;
}

/** `outbox list|retry`: mails, SMS and other jobs that were tried as often as they may be. */
export function outboxCommands(program: Command): void {
  const outbox = program.command('outbox').description('mails, messages and other jobs that could not be done');
  outbox
    .command('list')
    .description('how many of each task, and the newest: id, task, attempts, last error, added, last due')
    .option('--limit <number>', `how many are listed, up to ${MOST_LISTED}`, listedCount, MOST_LISTED)
    .action(({ limit }: { limit: number }) => withService(OutboxService, (service) => list(service, limit)));
  outbox
    .command('retry [id]')
    .description('try one anew, or the oldest of a task or of every task, a thousand of each at most')
    .option('--task <task>', 'all of this task')
    .option('--all', 'all of every task', false)
    .action((id: string | undefined, chosen: Chosen, command: Command) => {
      if ([id !== undefined, chosen.task !== undefined, chosen.all].filter(Boolean).length !== 1) {
        command.error('error: name an id, --task <task> or --all');
      }
      return withService(OutboxService, (service) => retry(service, id, chosen));
    });
}

async function list(service: OutboxService, limit: number): Promise<void> {
  const counts = await service.countByTask();
  if (counts.length === 0) return print('everything got out');
  for (const { task, count } of counts) print(`${count}\t${task}`);
  print('');
  const { rows } = await service.listDead({ page: 1, limit });
  for (const { id, task, attempts, lastError, createdAt, runAt } of rows) {
    print([id, task, attempts, lastError, createdAt.toISOString(), runAt.toISOString()].join('\t'));
  }
}

async function retry(service: OutboxService, id: string | undefined, { task, all }: Chosen): Promise<void> {
  if (id !== undefined) return print(`${id} is tried anew: ${await service.retry(null, id)}`);
  const tasks = all ? (await service.countByTask()).map((count) => count.task) : [task ?? ''];
  if (tasks.length === 0) return print('everything got out');
  for (const each of tasks) print(`${await service.retryAll(null, each)} of ${each} are tried anew`);
}

function listedCount(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST_LISTED) return Number(text);
  throw new InvalidArgumentError(`It must be a number from 1 to ${MOST_LISTED}.`);
}
