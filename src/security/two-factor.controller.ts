import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiRefusal, ApiSuccess } from '../common/api-docs.js';
import { CurrentPrincipal, type Principal, Requires } from '../common/principal.js';
import { Origin, type RequestOrigin } from '../common/request-origin.js';
import { EnrolmentsService } from './enrolments.service.js';
import { OtpCodes } from './otp-codes.service.js';
import { ReauthenticationService } from './reauthentication.service.js';
import {
  BeginEnrolmentRequest,
  BothFactorsRequest,
  EnableTwoFactorRequest,
  QrCodeResponse,
  RecoveryCodesResponse,
  VerifyCodeRequest,
} from './security.dto.js';
import { SecurityErrors } from './security.errors.js';
import { TwoFactorService } from './two-factor.service.js';

const WRONG_CODE = [422, 'The code is wrong or was used', 'Your code is invalid'] as const;
const TOO_MANY = [429, 'Too many wrong codes; Retry-After', 'Too many wrong codes, please try again later'] as const;
const MISSING = [400, 'Parameters, or the state of 2FA', 'code is missing', 'You need to enable 2FA first'] as const;
const ENABLED = [400, '2FA is on', 'You are already enabled 2FA'] as const;

@ApiTags('Security')
@Controller('api/v1/security')
export class TwoFactorController {
  constructor(
    private readonly enrolments: EnrolmentsService,
    private readonly twoFactor: TwoFactorService,
    private readonly codes: OtpCodes,
    private readonly reauthentication: ReauthenticationService,
  ) {}

  @Post('generate_qrcode')
  @Requires({ firstParty: true })
  @ApiOperation({
    summary: 'Get a new secret for an authenticator app',
    description: 'Nothing changes before enable_2fa. Needs a sign-in of the last 15 minutes, or the password.',
  })
  @ApiSuccess(201, 'Good for ten minutes; takes the place of an earlier one', QrCodeResponse)
  @ApiRefusal(...ENABLED)
  async generateQrCode(
    @CurrentPrincipal() principal: Principal,
    @Body() body: BeginEnrolmentRequest,
  ): Promise<QrCodeResponse> {
    await this.reauthentication.assert(principal, body.password);
    return QrCodeResponse.from(await this.enrolments.begin(principal));
  }

  @Post('enable_2fa')
  @Requires({ firstParty: true })
  @ApiOperation({
    summary: 'Turn 2FA on with a code of the new secret; ends the other sessions',
    description: 'Needs a sign-in of the last 15 minutes, or the password.',
  })
  @ApiSuccess(201, 'From now on signing in takes a code', RecoveryCodesResponse)
  @ApiRefusal(...ENABLED)
  @ApiRefusal(...WRONG_CODE)
  @ApiRefusal(...TOO_MANY)
  async enable(
    @CurrentPrincipal() principal: Principal,
    @Body() body: EnableTwoFactorRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<RecoveryCodesResponse> {
    await this.reauthentication.assert(principal, body.password);
    return RecoveryCodesResponse.from(await this.twoFactor.enable(principal, body.code, origin));
  }

  @Post('verify_code')
  @Requires({ firstParty: true })
  @ApiOperation({ summary: 'Check a code; it is used up by that' })
  @ApiSuccess(201, 'The code is right')
  @ApiRefusal(...MISSING)
  @ApiRefusal(...WRONG_CODE)
  @ApiRefusal(...TOO_MANY)
  async verify(
    @CurrentPrincipal() principal: Principal,
    @Body() body: VerifyCodeRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<null> {
    if (!principal.account.otpEnabled) throw SecurityErrors.notEnabled();
    if (!(await this.codes.redeem(principal.account, body.code, origin))) throw SecurityErrors.invalidCode();
    return null;
  }

  @Post('disable_2fa')
  @Requires({ firstParty: true })
  @ApiOperation({ summary: 'Turn 2FA off' })
  @ApiSuccess(201, '2FA is off; its secret and recovery codes are gone')
  @ApiRefusal(...MISSING)
  @ApiRefusal(...WRONG_CODE)
  @ApiRefusal(...TOO_MANY)
  async disable(
    @CurrentPrincipal() principal: Principal,
    @Body() body: BothFactorsRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<null> {
    await this.reauthentication.assertBothFactors(principal, body.password, body.code, origin);
    await this.twoFactor.disable(principal, origin);
    return null;
  }

  @Post('recovery_codes')
  @Requires({ firstParty: true })
  @ApiOperation({ summary: 'Get new recovery codes; the old ones are void' })
  @ApiSuccess(201, 'The new set', RecoveryCodesResponse)
  @ApiRefusal(...MISSING)
  @ApiRefusal(...WRONG_CODE)
  @ApiRefusal(...TOO_MANY)
  async replaceRecoveryCodes(
    @CurrentPrincipal() principal: Principal,
    @Body() body: BothFactorsRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<RecoveryCodesResponse> {
    await this.reauthentication.assertBothFactors(principal, body.password, body.code, origin);
    return RecoveryCodesResponse.from(await this.twoFactor.replaceRecoveryCodes(principal, origin));
  }
}
