import { type Command, Option } from 'commander';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../keys/signing-key.entity.js';
import { SigningKeysService } from '../keys/signing-keys.service.js';
import { print, withService } from './context.js';

/** `keys list|rotate`. */
export function keyCommands(program: Command): void {
  const keys = program.command('keys').description('keys that sign tokens');
  keys
    .command('list')
    .description('every key and what it does')
    .action(() =>
      withService(SigningKeysService, async (service) => {
        for (const { algorithm, status, kid, createdAt } of await service.list()) {
          print([algorithm, status.padEnd(8), kid, createdAt.toISOString()].join('\t'));
        }
      }),
    );
  keys
    .command('rotate')
    .description('sign with the next key; tokens of the present one stay good until they expire')
    .addOption(new Option('--algorithm <algorithm>', 'only this one').choices(SIGNING_ALGORITHMS))
    .option('--compromised', 'a key may have leaked: remove all of them; every token they signed is refused')
    .action(({ algorithm, compromised }: { algorithm?: SigningAlgorithm; compromised?: true }) =>
      withService(SigningKeysService, async (service) => {
        for (const each of algorithm ? [algorithm] : SIGNING_ALGORITHMS) {
          await (compromised ? service.replace(each) : service.rotate(each));
          const done = compromised ? 'replaced' : 'rotated';
          print(`${each} ${done}; every replica signs with the new key within 30 seconds`);
        }
      }),
    );
}
