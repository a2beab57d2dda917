import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiRefusal, ApiToken } from '../common/api-docs.js';
import { CurrentPrincipal, type Principal, Requires } from '../common/principal.js';
import { Config } from '../config/config.js';
import { RenewRequest } from './sessions.dto.js';
import { SessionsService } from './sessions.service.js';

/** Stands under /security in the API, but renews a session and so lives with them. */
@ApiTags('Security')
@Controller('api/v1/security/renew')
export class RenewalController {
  constructor(
    private readonly config: Config,
    private readonly sessions: SessionsService,
  ) {}

  @Post()
  @Requires({ firstParty: true })
  @ApiOperation({ summary: 'A fresh token of the same session, for at most 14 days after the sign-in' })
  @ApiToken('A JWT as a JSON string')
  @ApiRefusal(400, 'The lifetime can not be read', 'expires_in is invalid')
  @ApiRefusal(422, 'The lifetime is out of range', 'expires_in must be from 1 to 86400 seconds')
  renew(@CurrentPrincipal() principal: Principal, @Body() body: RenewRequest): Promise<string> {
    return this.sessions.renew(principal, body.expires_in, this.config.jwtLifetime);
  }
}
