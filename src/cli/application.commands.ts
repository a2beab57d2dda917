import { type Command, InvalidArgumentError, Option } from 'commander';
import { APPLICATION_KINDS, type ApplicationKind } from '../applications/application.entity.js';
import {
  ApplicationSecretsService,
  DEFAULT_OVERLAP_SECONDS,
  LONGEST_OVERLAP_SECONDS,
} from '../applications/application-secrets.service.js';
import { ApplicationsService } from '../applications/applications.service.js';
import { print, withService } from './context.js';

interface CreateOptions {
  uid?: string;
  kind: ApplicationKind;
  redirectUri: string[];
  origin: string[];
  scope: string[];
  firstParty: boolean;
  skipConsent: boolean;
  backchannelLogoutUri?: string;
}

const collect = (value: string, before: string[]): string[] => [...before, value];

/** `application create|list|backchannel-logout|rotate-secret`. */
export function applicationCommands(program: Command): void {
  const application = program.command('application').description('OAuth clients');
  application
    .command('create <name>')
    .description('register an application; its secret is shown once')
    .option('--uid <uid>', 'client identifier; random by default')
    .addOption(new Option('--kind <kind>').choices(APPLICATION_KINDS).default('confidential'))
    .option('--redirect-uri <uri>', 'where codes may be sent; may be repeated', collect, [])
    .option('--origin <origin>', 'whose scripts may call the API; may be repeated', collect, [])
    .option('--scope <scope>', 'what it may ask for; may be repeated; all by default', collect, [])
    .option('--first-party', 'may take passwords at POST /api/v1/sessions', false)
    .option('--skip-consent', 'people are not asked whether they agree', false)
    .option('--backchannel-logout-uri <uri>', 'where it is told of sign-outs')
    .action((name: string, options: CreateOptions) =>
      withService(ApplicationsService, async (applications) => {
        const { redirectUri: redirectUris, origin: allowedOrigins, scope, ...rest } = options;
        const scopes = scope.length > 0 ? { scopes: scope } : {};
        const created = await applications.create({ name, redirectUris, allowedOrigins, ...scopes, ...rest }, null);
        print(`uid     ${created.application.uid}`);
        if (created.secret) print(`secret  ${created.secret}   (shown this once)`);
      }),
    );
  application
    .command('list')
    .description('every application')
    .action(() =>
      withService(ApplicationsService, async (applications) => {
        for (const { uid, name, kind, firstParty } of await applications.list()) {
          print([uid, kind, firstParty ? 'first-party' : 'third-party', name].join('\t'));
        }
      }),
    );
  application
    .command('backchannel-logout <uid> [uri]')
    .description('tell an application of sign-outs at this address; without one, not any more')
    .action((uid: string, uri: string | undefined) =>
      withService(ApplicationsService, async (applications) => {
        const { backchannelLogoutUri } = await applications.change(uid, { backchannelLogoutUri: uri ?? null }, null);
        print(`${uid} is ${backchannelLogoutUri ? `told at ${backchannelLogoutUri}` : 'not told of sign-outs'}`);
      }),
    );
  application
    .command('rotate-secret <uid>')
    .description('make a new secret, shown once; the present one counts for a while longer')
    .option('--overlap <seconds>', 'how long; 0 when it has leaked', overlapSeconds, DEFAULT_OVERLAP_SECONDS)
    .action((uid: string, { overlap }: { overlap: number }) =>
      withService(ApplicationSecretsService, async (secrets) => {
        const { secret, previousExpiresAt } = await secrets.rotate(uid, overlap, null);
        print(`secret  ${secret}   (shown this once)`);
        print(`the one before ${previousExpiresAt ? `counts until ${previousExpiresAt.toISOString()}` : 'is dead'}`);
      }),
    );
}

function overlapSeconds(text: string): number {
  if (/^\d{1,8}$/.test(text) && Number(text) <= LONGEST_OVERLAP_SECONDS) return Number(text);
  throw new InvalidArgumentError(`It must be a number of seconds up to ${LONGEST_OVERLAP_SECONDS}.`);
}
