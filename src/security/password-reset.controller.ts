import { Body, Controller, HttpCode, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiRefusal, ApiSuccess } from '../common/api-docs.js';
import { Public } from '../common/principal.js';
import { Origin, type RequestOrigin } from '../common/request-origin.js';
import { PasswordResetRequestsService } from './password-reset-requests.service.js';
import { PasswordResetService } from './password-reset.service.js';
import { RedeemResetRequest, RequestResetRequest } from './security.dto.js';

@ApiTags('Security')
@Controller('api/v1/security/reset_password')
export class PasswordResetController {
  constructor(
    private readonly requests: PasswordResetRequestsService,
    private readonly resets: PasswordResetService,
  ) {}

  @Post()
  @Public()
  @ApiOperation({ summary: 'Ask for a link to set a new password' })
  @ApiSuccess(201, 'If there is such an account, a mail is on its way')
  @ApiRefusal(400, 'The address is missing or blank', 'email is missing')
  @ApiRefusal(429, 'Asked for too often; Retry-After', 'Too many requests, please try again later')
  async request(@Body() body: RequestResetRequest, @Origin() origin: RequestOrigin): Promise<null> {
    await this.requests.request(body.email, origin);
    return null;
  }

  @Put()
  @HttpCode(200)
  @Public()
  @ApiOperation({ summary: 'Set a new password with the token of the mail; ends every session' })
  @ApiSuccess(200, 'The new password holds')
  @ApiRefusal(400, 'A parameter is missing or blank', 'reset_password_token is missing, password is missing')
  @ApiRefusal(404, 'The token is unknown, used or expired', 'Record is not found')
  @ApiRefusal(422, 'The password is weak; the token stays good', ['Password is too common'])
  async redeem(@Body() body: RedeemResetRequest, @Origin() origin: RequestOrigin): Promise<null> {
    await this.resets.redeem(body.reset_password_token, body.password, origin);
    return null;
  }
}
