import { Injectable } from '@nestjs/common';
import { OidcAdapter } from './adapter.js';
import { GrantsService } from './grants.service.js';
import { OAuthClients } from './oauth-clients.service.js';
import { OidcRecords } from './oidc-records.service.js';
import { RefreshFamilies } from './refresh-families.service.js';
import { PresentedTokens } from './tokens/presented-tokens.service.js';

/** Makes the provider's adapters, one for each of its models. */
@Injectable()
export class AdapterFactory {
  constructor(
    private readonly records: OidcRecords,
    private readonly grants: GrantsService,
    private readonly clients: OAuthClients,
    private readonly presented: PresentedTokens,
    readonly families: RefreshFamilies,
  ) {}

  create(model: string): OidcAdapter {
    const { records, grants, clients, presented, families } = this;
    return new OidcAdapter(model, { records, grants, clients, presented, families });
  }
}
