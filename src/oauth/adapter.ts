import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { GrantsService } from './grants.service.js';
import type { OidcRecords, StoredRecord } from './oidc-records.service.js';
import type { OAuthClients } from './oauth-clients.service.js';
import { errors } from './oidc-library.js';
import { isReuseInHand, type RefreshFamilies } from './refresh-families.service.js';
import { judgeSecondUse } from './refresh-rotation.js';
import type { PresentedTokens } from './tokens/presented-tokens.service.js';

/** What the adapter of one model is made of. */
export interface AdapterParts {
  records: OidcRecords;
  grants: GrantsService;
  clients: OAuthClients;
  presented: PresentedTokens;
  families: RefreshFamilies;
}

/** The provider's view of our storage, one instance a model. Clients are applications; access tokens are JWTs. */
export class OidcAdapter implements Adapter {
  constructor(
    private readonly model: string,
    private readonly parts: AdapterParts,
  ) {}

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (this.model === 'Client') return this.parts.clients.find(id);
    if (this.model === 'AccessToken' || this.model === 'ClientCredentials') {
      return this.parts.presented.find(this.model, id);
    }
    const record = await this.parts.records.find(this.model, id);
    if (!record) return undefined;
    return this.model === 'RefreshToken' && record.consumedAgo !== undefined
      ? this.usedRefreshToken(id, record, record.consumedAgo)
      : withConsumption(record);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const record = await this.parts.records.findByUid(this.model, uid);
    return record && withConsumption(record);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const record = await this.parts.records.findByUserCode(this.model, userCode);
    return record && withConsumption(record);
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    if (this.model === 'Client') return this.parts.clients.register(payload);
    await this.parts.records.upsert(this.model, id, payload, expiresIn);
  }

  /**
   * Exactly one of many wins; everybody else is told that the grant is not good. A second use of a code ends what the
   * first one got, since one of the two is a thief (RFC 6749, section 4.1.2).
   */
  async consume(id: string): Promise<void> {
    if (await this.parts.records.consume(this.model, id)) return;
    const record = await this.parts.records.find(this.model, id);
    if (this.model === 'RefreshToken' && record && judgeSecondUse(record.consumedAgo ?? 0) === 'retry') return;
    if (this.model === 'AuthorizationCode' && record?.payload.grantId) {
      await this.parts.grants.revoke(record.payload.grantId);
    }
    throw new errors.InvalidGrant('already used');
  }

  async destroy(id: string): Promise<void> {
    // The end of a family takes all along at once: a token that is gone before could not end it when that fails.
    if (isReuseInHand()) return;
    if (this.model === 'AccessToken' || this.model === 'ClientCredentials') await this.parts.grants.revokeToken(id);
    else if (this.model === 'Grant') await this.parts.grants.revoke(id);
    else await this.parts.records.destroy(this.model, id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    // The provider calls this for one model after another; the first call does it all.
    if (this.model === 'AccessToken') await this.parts.families.end(grantId);
  }

  private async usedRefreshToken(id: string, record: StoredRecord, ago: number): Promise<AdapterPayload | undefined> {
    const secondUse = judgeSecondUse(ago);
    if (secondUse === 'parallel') return undefined;
    if (secondUse === 'reuse') return withConsumption(record);
    const successor = await this.parts.records.find(this.model, this.parts.families.successorOf(id));
    // Whoever used the successor got it: then this one is not asked for again by its owner. If there is none, we
    // failed before it was stored.
    return successor?.consumedAt === undefined ? record.payload : withConsumption(record);
  }
}

function withConsumption({ payload, consumedAt }: StoredRecord): AdapterPayload {
  return consumedAt ? { ...payload, consumed: Math.floor(consumedAt.getTime() / 1000) } : payload;
}
