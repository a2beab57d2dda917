import type { Command } from 'commander';
import { type AuditVerification, AuditVerificationService } from '../audit/audit-verification.service.js';
import { print, withService } from './context.js';

/** `audit verify`. */
export function auditCommands(program: Command): void {
  program
    .command('audit')
    .description('the record of what owners and staff did')
    .command('verify')
    .description('recompute the chain over the record; ends with 1 when something was altered or removed')
    .option('--head <hash>', 'a head that an earlier run told; it must still be part of the chain')
    .action(({ head }: { head?: string }) =>
      withService(AuditVerificationService, async (service) => {
        const found = await service.verify(head);
        report(found);
        if (found.broken.length > 0 || !found.holdsHead) process.exitCode = 1;
      }),
    );
}

function report({ pruned, sealed, unsealed, broken, head, holdsHead }: AuditVerification): void {
  if (pruned > 0) print(`pruned    ${pruned}, older than the audit log is kept`);
  print(`sealed    ${sealed}`);
  print(`unsealed  ${unsealed}`);
  print(`head      ${head}`);
  const [first] = broken;
  if (first) {
    const others = broken.length > 1 ? `, and ${broken.length - 1} after it` : '';
    print(`BROKEN    entry ${first.id} is ${first.what}${others}`);
  }
  if (!holdsHead) print('BROKEN    the head that was noted is not part of the chain: something was cut off');
  if (!first && holdsHead) print('the record is whole');
}
