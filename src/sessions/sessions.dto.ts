import { ApiProperty } from '@nestjs/swagger';
import { OptionalInteger, OptionalText, Text } from '../common/validation.js';
import type { LiveSession } from './session-list.service.js';

const expiresIn = { description: 'Life of the token in seconds, 1 to 86400; JWT_LIFETIME by default', example: 3600 };

export class SignInRequest {
  @Text({ description: 'E-mail address', example: 'alice@example.com', blank: true, anyCharacters: true })
  email!: string | null;
  @Text({ example: 'correct horse battery', blank: true, anyCharacters: true, numbers: false })
  password!: string | null;
  @Text({ description: 'Uid of a first-party application', example: 'local-demo' }) application_id!: string;
  @OptionalInteger(expiresIn) expires_in?: number;
  @OptionalText({
    description: 'Code of the authenticator, when two-factor is on',
    example: '123456',
    anyCharacters: true,
  })
  otp_code?: string;
  @OptionalText({ description: 'One of the recovery codes, in place of the code', anyCharacters: true })
  recovery_code?: string;
}

export class RenewRequest {
  @OptionalInteger(expiresIn) expires_in?: number;
}

export class EndSessionRequest {
  @OptionalText({
    description: 'The password, when the sign-in is older than 15 minutes',
    numbers: false,
    anyCharacters: true,
  })
  password?: string;
  @OptionalText({ description: 'Beside the password, when two-factor is on', example: '123456', anyCharacters: true })
  otp_code?: string;
}

class SessionApplication {
  @ApiProperty({ example: 'local-demo' }) uid!: string;
  @ApiProperty({ example: 'Demo' }) name!: string;
}

export class SessionResponse {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() application!: SessionApplication;
  @ApiProperty({ example: '203.0.113.7' }) ip!: string;
  @ApiProperty({ example: 'curl/8.5.0' }) user_agent!: string;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) last_seen_at!: string;
  @ApiProperty({ format: 'date-time' }) expires_at!: string;
  @ApiProperty({ description: 'Whether the token of this request belongs to it' }) current!: boolean;

  static from(session: LiveSession, currentId: string): SessionResponse {
    return {
      id: session.id,
      application: { uid: session.application_uid, name: session.application_name },
      ip: session.ip,
      user_agent: session.user_agent,
      created_at: session.created_at.toISOString(),
      last_seen_at: session.last_seen_at.toISOString(),
      expires_at: session.expires_at.toISOString(),
      current: session.id === currentId,
    };
  }
}
