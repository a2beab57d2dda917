import { Injectable } from '@nestjs/common';
import type { Client, Grant, KoaContextWithOIDC, ResourceServer } from 'oidc-provider';
import { Config } from '../config/config.js';
import { ConsentsService } from './consents.service.js';
import { CLIENT_PROPERTIES } from './oauth-clients.service.js';

/** Decides what an application is granted without asking again, and what it may be granted at all. */
@Injectable()
export class GrantIssuer {
  constructor(
    private readonly config: Config,
    private readonly consents: ConsentsService,
  ) {}

  /** Our one API: every scope of the application, tokens as JWTs signed with its algorithm. */
  resourceServer(_resource: string, client: Client): Promise<ResourceServer> {
    const scopes = client[CLIENT_PROPERTIES.allScopes] as string[];
    return Promise.resolve({
      scope: scopes.join(' '),
      audience: this.config.apiAudience,
      accessTokenTTL: Number(client[CLIENT_PROPERTIES.accessTokenLifetime]),
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: client.idTokenSignedResponseAlg as 'RS256' | 'ES256' } },
    } as ResourceServer);
  }

  /** The grant that this request goes on with: of this session, or made of what the person agreed to before. */
  async load(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
    const { oidc } = ctx;
    const { client, session } = oidc;
    if (!client || !session?.accountId) return undefined;
    const existing = await this.existing(ctx, client.clientId);
    // Right after the person was asked, what they said stands.
    if (oidc.result?.consent || (existing && this.isEnough(ctx, existing))) return existing;
    const agreed = await this.agreedScopes(client, session.accountId);
    return agreed ? this.issue(ctx, client, session.accountId, agreed) : existing;
  }

  private async existing({ oidc }: KoaContextWithOIDC, clientId: string): Promise<Grant | undefined> {
    const grantId = oidc.result?.consent?.grantId ?? oidc.session?.grantIdFor(clientId);
    return grantId === undefined ? undefined : oidc.provider.Grant.find(grantId);
  }

  /** Grants scopes of a request, at the provider and at our API. */
  addScopes(grant: Grant, scopes: readonly string[]): void {
    if (scopes.length === 0) return;
    grant.addOIDCScope(scopes.join(' '));
    grant.addResourceScope(this.config.apiAudience, scopes.join(' '));
  }

  private isEnough(ctx: KoaContextWithOIDC, grant: Grant): boolean {
    const granted = new Set(grant.getResourceScope(this.config.apiAudience).split(' '));
    return [...ctx.oidc.requestParamScopes].every((scope) => granted.has(scope));
  }

  /** Undefined: the person has to be asked. */
  private async agreedScopes(client: Client, accountUid: string): Promise<ReadonlySet<string> | undefined> {
    const allScopes = new Set(client[CLIENT_PROPERTIES.allScopes] as string[]);
    if (client[CLIENT_PROPERTIES.skipConsent] === true) return allScopes;
    if (client.clientAuthMethod === 'none') return undefined;
    const agreed = await this.consents.find(accountUid, client.clientId);
    return agreed && new Set(agreed.filter((scope) => allScopes.has(scope)));
  }

  private async issue(
    ctx: KoaContextWithOIDC,
    client: Client,
    accountId: string,
    agreed: ReadonlySet<string>,
  ): Promise<Grant | undefined> {
    const requested = [...ctx.oidc.requestParamScopes].filter((scope) => agreed.has(scope));
    if (requested.length === 0) return undefined;
    const grant = new ctx.oidc.provider.Grant({ accountId, clientId: client.clientId });
    this.addScopes(grant, requested);
    await grant.save();
    return grant;
  }
}
