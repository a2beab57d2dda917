import { statSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Config } from '../config/config.js';
import { exclusively } from '../infra/database/exclusively.js';
import { BarongImport } from '../import-barong/barong-import.service.js';
import { BarongSource } from '../import-barong/barong-source.js';
import { ImportBarongModule } from '../import-barong/import-barong.module.js';
import { ImportError } from '../import-barong/import-error.js';
import type { ImportOptions } from '../import-barong/import-options.js';
import { readSecret, readText } from '../import-barong/operator-files.js';
import { parseOtpSecrets } from '../import-barong/otp-secrets-file.js';
import { parseSourceUrl } from '../import-barong/source-url.js';
import { print, withApp } from './context.js';

/** Held while importing: two runs at once would report each other's accounts as taken. */
const IMPORT_LOCK = 7_264_020;
const MOST_LINES = 20;

interface Given {
  from: string;
  passwordFile?: string;
  uploads?: string;
  documents: boolean;
  totpFile?: string;
  lostOtp: ImportOptions['lostOtp'];
  devisePepperFile?: string;
  firstParty: string[];
  dryRun: boolean;
  strict: boolean;
  lines: number;
}

/** `import barong`: docs/migrating-from-barong.md tells what becomes of what. */
export function importCommands(program: Command): void {
  program
    .command('import')
    .description('take the data of another server over')
    .command('barong')
    .description('of a Barong 1.7.0; may be run again: accounts that are here already are left alone')
    .requiredOption('--from <url>', 'its database: mysql://user@host/database, with ?ssl-ca=… or ?socket=… if need be')
    .option('--password-file <file>', 'file with the password of that user')
    .option('--uploads <directory>', 'its public/uploads, with the files of documents')
    .option('--no-documents', 'leave documents where they are')
    .option('--totp-file <file>', 'lines of uid,secret for second factors; docs tell where they come from')
    .addOption(
      new Option('--lost-otp <way>', 'a second factor without a secret is removed by two admins, or stands in the mail')
        .choices(['staff', 'mail'])
        .default('staff'),
    )
    .option('--devise-pepper-file <file>', "file with Devise's config.pepper, if there was one")
    .option('--first-party <uid>', 'application that may take passwords; may be repeated', collect, [])
    .option('--dry-run', 'do all of it and keep nothing', false)
    .option('--strict', 'end with 1 when anything could not be taken over', false)
    .option('--lines <number>', 'how many of each finding are named', wholeNumber, MOST_LINES)
    .action(run);
}

async function run(given: Given): Promise<void> {
  const target = parseSourceUrl(
    given.from,
    given.passwordFile === undefined ? undefined : readSecret(given.passwordFile),
  );
  const options = optionsOf(given);
  await withApp(
    (app, config) => exclusively(config, IMPORT_LOCK, () => take(app.get(BarongImport), config)),
    [ImportBarongModule],
  );

  async function take(service: BarongImport, config: Config): Promise<void> {
    const source = await BarongSource.open(target);
    try {
      print(`${given.dryRun ? 'dry run, ' : ''}from ${source.label} into ${config.publicUrl}`);
      const report = await service.run(source, options, (done, total) => print(`accounts ${done} of ${total}`));
      for (const line of report.lines()) print(line);
      if (given.dryRun) print('nothing was kept');
      if (given.strict && report.hasRefusals) process.exitCode = 1;
    } finally {
      await source.close();
    }
  }
}

function optionsOf(given: Given): ImportOptions {
  const { uploads, totpFile, devisePepperFile: pepperFile } = given;
  if (uploads !== undefined && !given.documents)
    throw new ImportError('--uploads and --no-documents contradict each other');
  if (uploads !== undefined && !statSync(uploads, { throwIfNoEntry: false })?.isDirectory())
    throw new ImportError('--uploads is not a directory');
  return {
    dryRun: given.dryRun,
    uploads,
    leaveDocuments: !given.documents,
    devisePepper: pepperFile === undefined ? undefined : readSecret(pepperFile),
    otpSecrets: totpFile === undefined ? new Map() : parseOtpSecrets(readText(totpFile)),
    lostOtp: given.lostOtp,
    mostNamed: given.lines,
    firstParty: new Set(given.firstParty),
  };
}

const collect = (value: string, before: string[]): string[] => [...before, value];

function wholeNumber(text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}
