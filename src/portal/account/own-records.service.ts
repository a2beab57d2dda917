import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import type { Principal } from '../../common/principal.js';
import { ConsentsService } from '../../oauth/consents.service.js';
import { PasskeysService } from '../../passkeys/passkeys.service.js';
import { OwnIdentity } from './own-identity.service.js';
import { SignedInPlaces } from './signed-in.service.js';

/** What is kept of an account today, each field listed by hand: what is not listed does not leave. */
@Injectable()
export class OwnRecords {
  constructor(
    private readonly accounts: AccountsService,
    private readonly identity: OwnIdentity,
    private readonly passkeys: PasskeysService,
    private readonly places: SignedInPlaces,
    private readonly consents: ConsentsService,
  ) {}

  async of(principal: Principal): Promise<Record<string, unknown>> {
    const { id, uid } = principal.account;
    const [account, identity, passkeys, places, consents] = await Promise.all([
      this.accounts.getByUid(uid),
      this.identity.of(principal),
      this.passkeys.listOf(id),
      this.places.listOf(principal),
      this.consents.listOf(id),
    ]);
    const { email, role, state, level, otpEnabled, createdAt, updatedAt } = account;
    return {
      account: {
        ...{ uid, email, role, state, level, otp_enabled: otpEnabled },
        ...{ created_at: createdAt, updated_at: updatedAt },
      },
      ...identity,
      passkeys: passkeys.map(({ name, synced, created_at, last_used_at }) => ({
        ...{ name, synced },
        ...{ created_at, last_used_at },
      })),
      sessions: places.map(({ application, ip, userAgent, signedInAt, lastSeenAt, isCurrent }) => ({
        ...{ application, ip, user_agent: userAgent, current: isCurrent },
        ...{ signed_in_at: signedInAt, last_seen_at: lastSeenAt },
      })),
      consents: consents.map(({ application_uid, application_name, scopes, granted_at, last_used_at }) => ({
        ...{ application_uid, application_name, scopes },
        ...{ granted_at, last_used_at },
      })),
    };
  }
}
