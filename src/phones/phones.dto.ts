import { Text } from '../common/validation.js';

// Odd characters pass on: what is no number or code gets the contract's own words, and none of it reaches the database.
const phoneNumber = {
  description: 'With country code; spaces, dashes and brackets are fine',
  example: '+14155552671',
  anyCharacters: true,
};

export class AddPhoneRequest {
  @Text(phoneNumber) phone_number!: string;
}

export class VerifyPhoneRequest {
  @Text(phoneNumber) phone_number!: string;
  @Text({ description: 'The six digits of the SMS', example: '123456', anyCharacters: true })
  verification_code!: string;
}
