import { ApiProperty } from '@nestjs/swagger';
import { ACCOUNT_STATES, ROLES } from '../../accounts/account-filter.js';
import type { Account } from '../../accounts/account.entity.js';
import { PageQuery } from '../../common/pagination.js';
import { OptionalChoice } from '../../common/parameter-kinds.js';
import { OptionalInteger, OptionalText } from '../../common/validation.js';
import type { AccountOverview } from '../account-overview.service.js';

const role = { description: ROLES.join(', '), example: 'compliance' };
const state = { description: ACCOUNT_STATES.join(', '), example: 'locked' };

export class AdminAccountsQuery extends PageQuery {
  @OptionalText({ description: 'Beginning of an e-mail address or uid', example: 'alice@', max: 254 }) q?: string;
  @OptionalChoice(ACCOUNT_STATES) state?: (typeof ACCOUNT_STATES)[number];
  @OptionalChoice(ROLES) role?: (typeof ROLES)[number];
  @OptionalInteger({ min: 0, max: 3, description: 'Only accounts of this level' }) level?: number;
}

export class AdminChangeAccountRequest {
  @OptionalText(role) role?: string;
  @OptionalText(state) state?: string;
  @OptionalText({
    description: 'Your own password, when your sign-in is older than 15 minutes',
    numbers: false,
    anyCharacters: true,
  })
  password?: string;
  @OptionalText({ description: 'Your own code beside it, when you have two-factor on', max: 16 }) otp_code?: string;
}

export class AdminAccountResponse {
  @ApiProperty({ example: 'ID0123456789' }) uid!: string;
  @ApiProperty({ example: 'alice@example.com' }) email!: string;
  @ApiProperty({ enum: ROLES }) role!: string;
  @ApiProperty({ enum: ACCOUNT_STATES }) state!: string;
  @ApiProperty({ enum: [0, 1, 2, 3] }) level!: number;
  @ApiProperty() otp_enabled!: boolean;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;

  static from(account: Account): AdminAccountResponse {
    return {
      uid: account.uid,
      email: account.email,
      role: account.role,
      state: account.state,
      level: account.level,
      otp_enabled: account.otpEnabled,
      created_at: account.createdAt.toISOString(),
      updated_at: account.updatedAt.toISOString(),
    };
  }
}

class AdminPhoneResponse {
  @ApiProperty({ example: '+4915112345678' }) number!: string;
  @ApiProperty({ nullable: true, type: String, example: 'DE' }) country!: string | null;
  @ApiProperty() verified!: boolean;
}

export class AdminAccountDetailResponse extends AdminAccountResponse {
  @ApiProperty({ enum: ['pending', 'approved', 'rejected'], nullable: true, description: 'null without a profile' })
  profile_state!: string | null;
  @ApiProperty({ type: [AdminPhoneResponse] }) phones!: AdminPhoneResponse[];
  @ApiProperty({ description: 'How many it has' }) labels!: number;
  @ApiProperty({ description: 'How many it has handed in' }) documents!: number;
  @ApiProperty({ description: 'How many are signed in' }) live_sessions!: number;

  static of(account: Account, overview: AccountOverview): AdminAccountDetailResponse {
    return {
      ...AdminAccountResponse.from(account),
      profile_state: overview.profileState,
      phones: overview.phones.map(({ number, country, verified }) => ({ number, country, verified })),
      labels: overview.labels,
      documents: overview.documents,
      live_sessions: overview.liveSessions,
    };
  }
}
