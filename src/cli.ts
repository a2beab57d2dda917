import 'reflect-metadata';
import './boot/without-proto.js';
import { Command } from 'commander';
import { failToStart } from './boot/start-up-errors.js';
import { accountCommands } from './cli/account.commands.js';
import { applicationCommands } from './cli/application.commands.js';
import { auditCommands } from './cli/audit.commands.js';
import { databaseCommands } from './cli/database.commands.js';
import { doctorCommand } from './cli/doctor.command.js';
import { importCommands } from './cli/import.commands.js';
import { keyCommands } from './cli/key.commands.js';
import { outboxCommands } from './cli/outbox.commands.js';
import { passwordCommands } from './cli/password.commands.js';
import { restoreCommands } from './cli/restore.commands.js';

/** The commands an operator runs: `npm run cli -- <command>`. */
const program = new Command('barong').description('Commands of the account server').showHelpAfterError();
for (const register of [
  databaseCommands,
  applicationCommands,
  accountCommands,
  auditCommands,
  keyCommands,
  importCommands,
  outboxCommands,
  passwordCommands,
  restoreCommands,
  doctorCommand,
]) {
  register(program);
}
program.parseAsync().then(() => process.exit(), failToStart);
