import { randomBytes } from 'node:crypto';
import { type Command, Option } from 'commander';
import { AccountSetupService } from '../accounts/account-setup.service.js';
import type { Role } from '../common/principal.js';
import { print, withService } from './context.js';

/** `account create|make-admin|unlock`. Passwords are made up here: on a command line everybody on the machine reads them. */
export function accountCommands(program: Command): void {
  const account = program.command('account').description('accounts');
  account
    .command('create <email>')
    .description('make an active account; its password is made up and shown once')
    .addOption(new Option('--role <role>').choices(['member', 'compliance', 'admin']).default('member'))
    .action((email: string, { role }: { role: Role }) =>
      withService(AccountSetupService, async (setup) => {
        const password = randomBytes(18).toString('base64url');
        print(`uid       ${await setup.create({ email, password, role })}`);
        print(`password  ${password}   (shown this once)`);
      }),
    );
  account
    .command('make-admin <emailOrUid>')
    .description('give an account the role admin; it signs in again')
    .action((who: string) =>
      withService(AccountSetupService, async (setup) => print(`${await setup.makeAdmin(who)} is an admin`)),
    );
  account
    .command('unlock <emailOrUid>')
    .description('let a locked account sign in again')
    .action((who: string) =>
      withService(AccountSetupService, async (setup) => print(`${await setup.unlock(who)} is unlocked`)),
    );
}
