import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiRefusal, ApiSuccess } from '../common/api-docs.js';
import { CurrentPrincipal, type Principal, Requires } from '../common/principal.js';
import { Origin, type RequestOrigin } from '../common/request-origin.js';
import { Idempotent } from '../infra/idempotency/idempotent.js';
import { PhoneAdditionService } from './phone-addition.service.js';
import { PhoneVerificationService } from './phone-verification.service.js';
import { AddPhoneRequest, VerifyPhoneRequest } from './phones.dto.js';

@ApiTags('Phones')
@Controller('api/v1/phones')
export class PhonesController {
  constructor(
    private readonly additions: PhoneAdditionService,
    private readonly verifications: PhoneVerificationService,
  ) {}

  @Post()
  @Idempotent()
  @Requires({ scope: 'phones:write' })
  @ApiOperation({
    summary: 'Add a phone number, or ask for a new code',
    description:
      'The code is good for 10 minutes and 5 tries, and ends the one before it. ' +
      'An account has at most 3 numbers that are not verified; a fourth takes the place of the oldest.',
  })
  @ApiSuccess(201, 'An SMS with a code is on its way')
  @ApiRefusal(
    400,
    'The number is missing, is none, or is verified already, by this account or another',
    'phone_number is missing',
    'Phone number is invalid',
    'Phone number is already exists',
  )
  async add(
    @CurrentPrincipal() principal: Principal,
    @Body() body: AddPhoneRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<null> {
    await this.additions.add(principal, body.phone_number, origin);
    return null;
  }

  @Post('verify')
  @Idempotent()
  @Requires({ scope: 'phones:write' })
  @ApiOperation({ summary: 'Verify a phone number with the code of the SMS' })
  @ApiSuccess(201, 'The number is verified and the account has at least level 2')
  @ApiRefusal(400, 'A parameter is missing or blank', 'phone_number is missing, verification_code is missing')
  @ApiRefusal(
    404,
    'The account did not add this number, or the code is wrong, used, expired or was tried too often',
    'Phone is not found or verification code is invalid',
  )
  async verify(
    @CurrentPrincipal() principal: Principal,
    @Body() body: VerifyPhoneRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<null> {
    await this.verifications.verify(principal, body.phone_number, body.verification_code, origin);
    return null;
  }
}
