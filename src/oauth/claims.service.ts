import { Injectable } from '@nestjs/common';
import type { Account as ProviderAccount, AccessToken, KoaContextWithOIDC } from 'oidc-provider';
import type { Account } from '../accounts/account.entity.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { PhonesService } from '../phones/phones.service.js';
import { ProfilesService } from '../profiles/profiles.service.js';

/** An account as the provider handles it. */
export interface AccountClaims extends ProviderAccount {
  level: number;
  account: Account;
}

/** What each scope tells about a person at UserInfo (OpenID Connect Core, section 5.4). */
export const CLAIMS_BY_SCOPE = {
  openid: ['sub', 'uid', 'role', 'level', 'state', 'acr', 'amr', 'auth_time'],
  profile: ['name', 'given_name', 'family_name', 'birthdate', 'updated_at'],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
};

/** Reads what tokens and UserInfo say about a person. */
@Injectable()
export class ClaimsService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly profiles: ProfilesService,
    private readonly phones: PhonesService,
  ) {}

  /** Undefined for whoever may not act: the provider then refuses to go on. */
  async findAccount(uid: string): Promise<AccountClaims | undefined> {
    const account = await this.accounts.findByUid(uid);
    if (!account || account.state !== 'active') return undefined;
    return {
      account,
      accountId: account.uid,
      level: account.level,
      claims: (use, scope) => this.claimsOf(account, scopesFor(use, scope.split(' '))),
    };
  }

  /** Barong's own claims of an access token (RFC 9068, section 2.2.2). */
  extraTokenClaims(ctx: KoaContextWithOIDC, token: AccessToken): Record<string, unknown> | undefined {
    const found = ctx.oidc.entities.Account as AccountClaims | undefined;
    if (!found) return undefined;
    const { account } = found;
    const { AuthorizationCode, RotatedRefreshToken, RefreshToken, DeviceCode } = ctx.oidc.entities;
    const source = AuthorizationCode ?? RotatedRefreshToken ?? RefreshToken ?? DeviceCode;
    return {
      sid: token.sessionUid ?? token.grantId,
      grant_id: token.grantId,
      auth_time: source?.authTime,
      amr: source?.amr ?? ['pwd'],
      uid: account.uid,
      role: account.role,
      level: account.level,
      state: account.state,
      ...(token.scopes.has('email') && { email: account.email }),
    };
  }

  private async claimsOf(
    account: Account,
    scopes: ReadonlySet<string>,
  ): Promise<{ sub: string; [claim: string]: unknown }> {
    const { uid, role, level, state } = account;
    return {
      sub: uid,
      uid,
      role,
      level,
      state,
      ...(scopes.has('email') && { email: account.email, email_verified: level >= 1 }),
      ...(scopes.has('profile') && (await this.profileClaims(account))),
      ...(scopes.has('phone') && (await this.phoneClaims(account))),
    };
  }

  private async profileClaims(account: Account): Promise<Record<string, unknown>> {
    const profile = await this.profiles.findOf(account.id);
    const updatedAt = Math.floor((profile?.updated_at ?? account.updatedAt).getTime() / 1000);
    if (!profile) return { updated_at: updatedAt };
    return {
      name: `${profile.first_name} ${profile.last_name}`,
      given_name: profile.first_name,
      family_name: profile.last_name,
      birthdate: profile.dob,
      updated_at: updatedAt,
    };
  }

  private async phoneClaims(account: Account): Promise<Record<string, unknown>> {
    const number = await this.phones.verifiedNumberOf(account.id);
    return number === undefined ? {} : { phone_number: number, phone_number_verified: true };
  }
}

/** As a hint at sign-out an ID token stands in addresses, so in logs: no name, birth date or phone number goes there. */
function scopesFor(use: string, scopes: string[]): Set<string> {
  return new Set(use === 'id_token' ? scopes.filter((scope) => scope !== 'profile' && scope !== 'phone') : scopes);
}
