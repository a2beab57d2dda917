import { Body, Controller, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiRefusal, ApiSuccess } from '../common/api-docs.js';
import { CurrentPrincipal, type Principal, Public, Requires } from '../common/principal.js';
import { Config } from '../config/config.js';
import { Origin, type RequestOrigin } from '../common/request-origin.js';
import {
  AccountResponse,
  ChangePasswordRequest,
  ConfirmRequest,
  SendConfirmationRequest,
  SignUpRequest,
} from './accounts.dto.js';
import { ConfirmationMailsService } from './confirmation-mails.service.js';
import { ConfirmationService } from './confirmation.service.js';
import { PasswordChangeService } from './password-change.service.js';
import { SignUpService } from './sign-up.service.js';

@ApiTags('Accounts')
@Controller('api/v1/accounts')
export class AccountsController {
  constructor(
    private readonly config: Config,
    private readonly signUps: SignUpService,
    private readonly confirmations: ConfirmationService,
    private readonly confirmationMails: ConfirmationMailsService,
    private readonly passwords: PasswordChangeService,
  ) {}

  @Post()
  @Public()
  @ApiOperation({ summary: 'Sign up' })
  @ApiSuccess(201, 'The account exists and a confirmation mail is on its way')
  @ApiRefusal(400, 'A parameter is missing or of the wrong type', 'email is missing, password is missing')
  @ApiRefusal(
    422,
    'What is wrong, the e-mail address first',
    ['Email is invalid'],
    ['Email has already been taken'],
    ['Password is too short (minimum is 8 characters)'],
  )
  @ApiRefusal(429, 'Asked for too often; Retry-After', 'Too many requests, please try again later')
  async signUp(@Body() body: SignUpRequest, @Origin() origin: RequestOrigin): Promise<null> {
    await this.signUps.signUp(body, origin, this.config.signupDisclosure);
    return null;
  }

  @Post('confirm')
  @Public()
  @ApiOperation({ summary: 'Confirm the e-mail address' })
  @ApiSuccess(201, 'The account is active and has level 1')
  @ApiRefusal(400, 'The token is missing or blank', 'confirmation_token is missing')
  @ApiRefusal(422, 'The token is unknown, used or expired', ['Confirmation token is invalid'])
  async confirm(@Body() body: ConfirmRequest, @Origin() origin: RequestOrigin): Promise<null> {
    await this.confirmations.confirm(body.confirmation_token, origin);
    return null;
  }

  @Post('send_confirmation_instructions')
  @Public()
  @ApiOperation({ summary: 'Ask for the confirmation mail again' })
  @ApiSuccess(201, 'If there is such an account and it is not confirmed yet, a mail is on its way')
  @ApiRefusal(400, 'The address is missing or blank', 'email is missing')
  @ApiRefusal(429, 'Asked for too often; Retry-After', 'Too many requests, please try again later')
  async sendConfirmationInstructions(
    @Body() body: SendConfirmationRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<null> {
    await this.confirmationMails.requestAgain(body.email, origin);
    return null;
  }

  @Get('me')
  @Requires({ scope: 'account:read' })
  @ApiOperation({ summary: 'The account of the caller' })
  @ApiSuccess(200, 'The account', AccountResponse)
  me(@CurrentPrincipal() principal: Principal): AccountResponse {
    return AccountResponse.from(principal);
  }

  @Put('password')
  @HttpCode(200)
  @Requires({ firstParty: true })
  @ApiOperation({ summary: 'Change the password; ends every session, this one too' })
  @ApiSuccess(200, 'The new password holds')
  @ApiRefusal(400, 'A parameter is missing or blank', 'old_password is missing, new_password is missing')
  @ApiRefusal(422, 'The new password is weak', ['Password is too common'])
  async changePassword(
    @CurrentPrincipal() principal: Principal,
    @Body() body: ChangePasswordRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<null> {
    await this.passwords.change(principal, body.old_password, body.new_password, origin);
    return null;
  }
}
