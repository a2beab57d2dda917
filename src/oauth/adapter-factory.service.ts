import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { deriveKey } from '../infra/crypto/derived-keys.js';
import { OidcAdapter } from './adapter.js';
import { GrantsService } from './grants.service.js';
import { OAuthClients } from './oauth-clients.service.js';
import { OidcRecords } from './oidc-records.service.js';
import { successorOf } from './refresh-rotation.js';
import { PresentedTokens } from './tokens/presented-tokens.service.js';

/** Makes the provider's adapters, one for each of its models. */
@Injectable()
export class AdapterFactory {
  /** Decides which refresh token follows which. */
  readonly rotationKey: Buffer;

  constructor(
    config: Config,
    private readonly records: OidcRecords,
    private readonly grants: GrantsService,
    private readonly clients: OAuthClients,
    private readonly presented: PresentedTokens,
  ) {
    const secret = config.secretKeys[0];
    if (!secret) throw new Error('SECRET_KEY is not configured');
    this.rotationKey = deriveKey(secret, 'refresh-token');
  }

  create(model: string): OidcAdapter {
    const { records, grants, clients, presented, rotationKey } = this;
    const successor = (refreshToken: string) => successorOf(refreshToken, rotationKey);
    return new OidcAdapter(model, { records, grants, clients, presented, successorOf: successor });
  }
}
