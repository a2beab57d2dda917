import { ApiProperty } from '@nestjs/swagger';
import { OptionalText, Text } from '../common/validation.js';

export class RequestResetRequest {
  @Text({ description: 'E-mail address of the account', example: 'alice@example.com', anyCharacters: true })
  email!: string;
}

export class RedeemResetRequest {
  @Text({ description: 'The token of the mail', anyCharacters: true }) reset_password_token!: string;
  @Text({ description: '8 to 128 characters', example: 'correct horse battery', numbers: false, anyCharacters: true })
  password!: string;
}

const code = { description: 'Six digits of the authenticator app', example: '123456', anyCharacters: true };
const password = { description: 'The present password', numbers: false, anyCharacters: true };
const passwordWhenOld = { ...password, description: 'The present password, when the sign-in is older than 15 minutes' };

export class BeginEnrolmentRequest {
  @OptionalText(passwordWhenOld) password?: string;
}

export class EnableTwoFactorRequest {
  @Text({ ...code, description: 'A code of the secret in the QR code' }) code!: string;
  @OptionalText(passwordWhenOld) password?: string;
}

export class VerifyCodeRequest {
  @Text(code) code!: string;
}

/** Both factors at once. */
export class BothFactorsRequest {
  @Text(password) password!: string;
  @Text({ ...code, description: 'Six digits of the authenticator app, or a recovery code' }) code!: string;
}

class QrCode {
  @ApiProperty({ description: 'PNG of 300 × 300 pixels in base64' }) barcode!: string;
  @ApiProperty({ description: 'What the picture says, for those who can not scan it' }) url!: string;
}

export class QrCodeResponse {
  @ApiProperty() data!: QrCode;

  static from(enrolment: { url: string; png: Buffer }): QrCodeResponse {
    return { data: { barcode: enrolment.png.toString('base64'), url: enrolment.url } };
  }
}

export class RecoveryCodesResponse {
  @ApiProperty({
    description: 'Shown this one time; each is good once, in place of a code',
    example: ['QX4T-7M2K-ABCD-EFGH-IJKL-MNOP'],
  })
  recovery_codes!: string[];

  static from(codes: string[]): RecoveryCodesResponse {
    return { recovery_codes: codes };
  }
}
