import { Text } from '../common/validation.js';

export class RequestResetRequest {
  @Text({ description: 'E-mail address of the account', example: 'alice@example.com' }) email!: string;
}

export class RedeemResetRequest {
  @Text({ description: 'The token of the mail', max: 256 }) reset_password_token!: string;
  @Text({ description: '8 to 128 characters', example: 'correct horse battery', numbers: false, anyCharacters: true })
  password!: string;
}
