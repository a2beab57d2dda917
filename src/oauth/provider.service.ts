import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Client, Provider as OidcProvider } from 'oidc-provider';
import { matchesSecret } from '../applications/application-secrets.service.js';
import { Config } from '../config/config.js';
import { deriveKey } from '../infra/crypto/derived-keys.js';
import { KeysService } from '../keys/keys.service.js';
import { Pages } from '../pages/pages.service.js';
import { correctAnswers } from './answers.js';
import { createConfiguration } from './configuration.js';
import { allowReturnAfterSignOut } from './form-target.js';
import { guardedFetch } from './guarded-fetch.js';
import { CLIENT_PROPERTIES } from './oauth-clients.service.js';
import { Provider } from './oidc-library.js';
import { ProviderPages } from './pages/provider-pages.js';
import { countGrants } from './provider-counts.js';
import { ProviderParts } from './provider-parts.service.js';
import { registrationEndpoint } from './registration/registration-endpoint.js';

type SendLogout = (this: Client, sub: string, sid: string) => Promise<void>;

/** The parts of the library that are ours to fill in, on classes that each Provider makes for itself. */
interface ProviderClasses {
  Client: {
    prototype: { scope: string; compareClientSecret: (actual: string) => boolean; backchannelLogout: SendLogout };
  };
  RefreshToken: { prototype: { generateTokenId: (this: object) => string } };
}

/** Holds the OpenID provider of this process. Building one is cheap, so new keys mean a new one. */
@Injectable()
export class ProviderService implements OnModuleInit {
  private provider: OidcProvider | undefined;
  private handler: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined;

  constructor(
    private readonly config: Config,
    private readonly keys: KeysService,
    private readonly parts: ProviderParts,
    private readonly pages: Pages,
  ) {}

  onModuleInit(): void {
    this.build();
    this.keys.onChange(() => this.build());
  }

  get current(): OidcProvider {
    if (!this.provider) throw new Error('the OAuth provider is not built yet');
    return this.provider;
  }

  /** Answers a request to /oauth/… or /.well-known/…. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.handler?.(request, response);
  }

  private build(): void {
    const { adapters, claims, grants, outgoing } = this.parts;
    const pages = new ProviderPages(this.pages);
    const provider = new Provider(
      this.config.publicUrl,
      createConfiguration({
        config: this.config,
        adapter: (model) => adapters.create(model),
        claims,
        grants,
        pages,
        fetch: guardedFetch(outgoing),
        jwks: { keys: this.keys.privateJwks },
        cookieKeys: this.config.secretKeys.map((secret) => deriveKey(secret, 'oauth-cookie').toString('base64')),
      }),
    );
    // Addresses come from PUBLIC_URL: mount.ts sets what the provider takes for the proxy's headers.
    provider.proxy = true;
    correctAnswers(provider, pages);
    provider.use(allowReturnAfterSignOut);
    const { registrationToken } = this.config;
    if (registrationToken !== undefined) provider.use(registrationEndpoint(registrationToken));
    fillIn(provider, this.parts);
    countGrants(provider);
    this.provider = provider;
    this.handler = provider.callback();
  }
}

function fillIn(provider: OidcProvider, { adapters, logouts }: ProviderParts): void {
  const { Client: client, RefreshToken: refreshToken } = provider as unknown as ProviderClasses;
  // Of a client without scopes of OpenID Connect: the library would let it have all of them.
  client.prototype.scope = ' ';
  client.prototype.compareClientSecret = function compare(this: Client, actual: string): boolean {
    const hashes = this[CLIENT_PROPERTIES.secretHashes] as string[];
    return matchesSecret(
      hashes.map((hash) => Buffer.from(hash, 'base64')),
      actual,
    );
  };
  const deliver = client.prototype.backchannelLogout;
  client.prototype.backchannelLogout = async function queue(this: Client, sub: string, sid: string): Promise<void> {
    await logouts.queue({ clientId: this.clientId, sub, sid });
  };
  logouts.deliverWith(async ({ clientId, sub, sid }) => {
    const target = await provider.Client.find(clientId);
    if (target?.backchannelLogoutUri) await deliver.call(target, sub, sid);
  });
  const random = refreshToken.prototype.generateTokenId;
  refreshToken.prototype.generateTokenId = function next(): string {
    const rotated = Provider.ctx?.oidc.entities.RotatedRefreshToken;
    return rotated ? adapters.families.successorOf(rotated.jti) : random.call(this);
  };
}
