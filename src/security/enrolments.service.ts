import { Injectable } from '@nestjs/common';
import type { Principal } from '../common/principal.js';
import { Config } from '../config/config.js';
import { totpUrl } from '../infra/crypto/totp.js';
import { OtpSecrets } from './otp-secrets.service.js';
import { qrCodePng } from './qr-code.js';

/** What the original sends, and what fits any screen. */
const QR_CODE_PIXELS = 300;

/** A new secret on its way into an authenticator app. */
export interface Enrolment {
  /** For those who can't scan. */
  url: string;
  png: Buffer;
}

/** The first half of turning the factor on; the second is TwoFactorService.enable. */
@Injectable()
export class EnrolmentsService {
  constructor(
    private readonly config: Config,
    private readonly secrets: OtpSecrets,
  ) {}

  /** Shows a secret that is not in force yet, for ten minutes. @throws AppError 400 when the factor is on */
  async begin({ account }: Principal): Promise<Enrolment> {
    const secret = await this.secrets.enrol(account.id);
    const url = totpUrl(secret, this.config.appName, account.email);
    return { url, png: await qrCodePng(url, QR_CODE_PIXELS) };
  }
}
