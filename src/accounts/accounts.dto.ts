import { ApiProperty } from '@nestjs/swagger';
import type { Principal } from '../common/principal.js';
import { Text } from '../common/validation.js';

const email = { description: 'E-mail address', example: 'alice@example.com' };
const password = { description: '8 to 128 characters, not a common one', example: 'correct horse battery' };

export class SignUpRequest {
  @Text({ ...email, blank: true, anyCharacters: true }) email!: string | null;
  @Text({ ...password, blank: true, anyCharacters: true, numbers: false }) password!: string | null;
}

export class ConfirmRequest {
  @Text({ description: 'The token of the confirmation mail', anyCharacters: true }) confirmation_token!: string;
}

export class SendConfirmationRequest {
  @Text({ ...email, anyCharacters: true }) email!: string;
}

export class ChangePasswordRequest {
  @Text({ description: 'The present password', numbers: false, anyCharacters: true }) old_password!: string;
  @Text({ ...password, numbers: false, anyCharacters: true }) new_password!: string;
}

export class AccountResponse {
  @ApiProperty({ example: 'ID0123456789' }) uid!: string;
  @ApiProperty({ ...email, required: false, description: 'For OAuth tokens only with the scope `email`' })
  email?: string;
  @ApiProperty({ enum: ['member', 'compliance', 'admin'] }) role!: string;
  @ApiProperty({ enum: [0, 1, 2, 3], description: '1 e-mail confirmed, 2 phone verified, 3 identity approved' })
  level!: number;
  @ApiProperty({ enum: ['pending', 'active', 'locked', 'banned'] }) state!: string;
  @ApiProperty() otp_enabled!: boolean;

  static from(principal: Principal): AccountResponse {
    const { account, kind, scopes } = principal;
    const showsEmail = kind !== 'access' || scopes.has('email');
    return {
      uid: account.uid,
      ...(showsEmail && { email: account.email }),
      role: account.role,
      level: account.level,
      state: account.state,
      otp_enabled: account.otpEnabled,
    };
  }
}
