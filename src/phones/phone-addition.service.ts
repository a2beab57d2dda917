import { Injectable } from '@nestjs/common';
import type { Principal } from '../common/principal.js';
import type { RequestOrigin } from '../common/request-origin.js';
import { Database } from '../infra/database/database.service.js';
import { holdAccount } from './account-lock.js';
import { NewPhones } from './new-phones.service.js';
import { PhoneCodes } from './phone-codes.service.js';
import { PhoneMessagesService } from './phone-messages.service.js';
import { parsePhoneNumber } from './phone-number.js';
import { PhoneErrors } from './phones.errors.js';
import { SmsBudget } from './sms-budget.service.js';

/** A number becomes an account's own only by verifying it; adding it gets a code sent there and claims nothing. */
@Injectable()
export class PhoneAdditionService {
  constructor(
    private readonly database: Database,
    private readonly codes: PhoneCodes,
    private readonly messages: PhoneMessagesService,
    private readonly budget: SmsBudget,
    private readonly phones: NewPhones,
  ) {}

  /** @throws AppError 400 for what is no number, or one that is verified by this account or another */
  async add(principal: Pick<Principal, 'account'>, input: string, origin: RequestOrigin): Promise<void> {
    const number = parsePhoneNumber(input);
    if (!number) throw PhoneErrors.invalid();
    const { id: accountId } = principal.account;
    const { e164, country } = number;
    await this.budget.reserve({ accountId, number: e164, country, ip: origin.ip });
    await this.database.transaction(async (tx) => {
      await holdAccount(tx, accountId);
      const { code, hash } = this.codes.make({ accountId, number: e164 });
      const phone = await this.phones.put(tx, principal.account, { ...number, codeHash: hash }, origin);
      await this.messages.sendCode(tx, phone, code);
    });
  }
}
