import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiRefusal, ApiSuccess, ApiToken } from '../common/api-docs.js';
import { CurrentPrincipal, type Principal, Public, Requires } from '../common/principal.js';
import { Origin, type RequestOrigin } from '../common/request-origin.js';
import { Config } from '../config/config.js';
import { ReauthenticationService } from '../security/reauthentication.service.js';
import { SessionListService } from './session-list.service.js';
import { tokenLifetime } from './session-lifetime.js';
import { EndSessionRequest, SessionResponse, SignInRequest } from './sessions.dto.js';
import { SessionErrors } from './sessions.errors.js';
import { SessionsService } from './sessions.service.js';
import { SignInService } from './sign-in.service.js';

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

@ApiTags('Sessions')
@Controller('api/v1/sessions')
export class SessionsController {
  constructor(
    private readonly config: Config,
    private readonly signIns: SignInService,
    private readonly sessions: SessionsService,
    private readonly sessionList: SessionListService,
    private readonly reauthentication: ReauthenticationService,
  ) {}

  @Post()
  @Public()
  @ApiOperation({ summary: 'Sign in and get a token' })
  @ApiToken('A JWT as a JSON string')
  @ApiRefusal(400, 'A parameter is missing', 'email is missing, password is missing, application_id is missing')
  @ApiRefusal(
    401,
    'Alike for an unknown address, a wrong password and an unknown application; more only after a right password',
    '401 Unauthorized',
    'You have to confirm your email address before continuing',
    'Your account is locked',
  )
  @ApiRefusal(403, 'The second factor', 'The account has enabled 2FA but OTP code is missing', 'OTP code is invalid')
  @ApiRefusal(422, 'The lifetime is out of range', 'expires_in must be from 1 to 86400 seconds')
  @ApiRefusal(429, 'Too many wrong codes; see Retry-After', 'Too many wrong codes, please try again later')
  async signIn(@Body() body: SignInRequest, @Origin() origin: RequestOrigin): Promise<string> {
    const lifetime = tokenLifetime(body.expires_in, this.config.jwtLifetime);
    const { email, password, application_id: applicationUid, otp_code: otpCode, recovery_code: recoveryCode } = body;
    const signedIn = await this.signIns.authenticate(
      { email, password, applicationUid, otpCode, recoveryCode },
      origin,
    );
    return this.sessions.open(signedIn, lifetime, origin);
  }

  @Get()
  @Requires({ firstParty: true })
  @ApiOperation({ summary: 'Live sessions of the account', description: 'Needs a sign-in of the last 15 minutes.' })
  @ApiSuccess(200, 'Newest first', [SessionResponse])
  async list(@CurrentPrincipal() principal: Principal): Promise<SessionResponse[]> {
    await this.reauthentication.assert(principal, undefined);
    const sessions = await this.sessionList.listLive(principal.account.id);
    return sessions.map((session) => SessionResponse.from(session, principal.sessionId));
  }

  @Delete('current')
  @HttpCode(204)
  @Requires({ firstParty: true })
  @ApiOperation({ summary: 'Sign out: every token of this session is dead at once' })
  @ApiSuccess(204, 'Signed out')
  async endCurrent(@CurrentPrincipal() principal: Principal, @Origin() origin: RequestOrigin): Promise<void> {
    await this.sessions.end(principal, principal.sessionId, origin);
  }

  @Delete(':id')
  @HttpCode(204)
  @Requires({ firstParty: true })
  @ApiOperation({
    summary: 'End another session of the account',
    description: 'Needs a recent sign-in or the password.',
  })
  @ApiSuccess(204, 'Its tokens are dead')
  @ApiRefusal(404, 'The account has no such live session', 'Session not found')
  async end(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() body: EndSessionRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.reauthentication.assert(principal, body.password, body.otp_code, origin);
    if (!UUID.test(id)) throw SessionErrors.notFound();
    await this.sessions.end(principal, id.toLowerCase(), origin);
  }
}
