import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AuthErrors } from '../auth/auth.errors.js';
import { ApiRefusal } from '../common/api-docs.js';
import { Public } from '../common/principal.js';
import { Config } from '../config/config.js';
import { readDemands, ROLES, SCOPES } from './demands.js';
import { ForwardAuth } from './forward-auth.service.js';
import { identityHeaders } from './identity-headers.js';
import { signInAddress } from './original-request.js';

const headers = Object.fromEntries(
  ['Uid', 'Email', 'Role', 'Level', 'State', 'Scope', 'Client', 'Amr'].map((name) => [
    `X-Auth-${name}`,
    { description: 'See docs/forward-auth.md; empty where there is nothing to say', schema: { type: 'string' } },
  ]),
);

/** Asked by a proxy about each request for a site behind it (docs/forward-auth.md). */
@ApiTags('Forward auth')
@Controller('auth')
export class ForwardAuthController {
  constructor(
    private readonly config: Config,
    private readonly forwardAuth: ForwardAuth,
  ) {}

  /** Public for the guard, which takes a token or a cookie and never either; both are asked for here. */
  @Get('verify')
  @Public()
  @ApiOperation({
    summary: 'Whether a request that came to a proxy may pass, and who it is from',
    description: 'For auth_request of nginx, ForwardAuth of Traefik and ext_authz of Envoy.',
  })
  @ApiQuery({ name: 'level', required: false, enum: ['0', '1', '2', '3'], description: 'At least this level' })
  @ApiQuery({ name: 'role', required: false, type: String, description: `One of these: ${ROLES.join(',')}` })
  @ApiQuery({ name: 'scope', required: false, type: String, description: `All of these, of: ${SCOPES.join(',')}` })
  @ApiQuery({ name: 'redirect', required: false, enum: ['true', 'false'], description: 'Lead browsers to the sign-in' })
  @ApiResponse({
    status: 200,
    description: 'It may; the body is empty and the headers say who it is',
    headers,
    content: { 'text/plain': { schema: { type: 'string', maxLength: 0 } } },
  })
  @ApiResponse({ status: 303, description: 'With `redirect=true`: a browser, and nobody is signed in there' })
  @ApiRefusal(400, 'A demand that means nothing', 'level is invalid')
  @ApiRefusal(401, 'No token and no cookie, or one that is not good', 'The access token is invalid')
  @ApiRefusal(403, 'Somebody who does not meet the demands', 'This account may not enter here', 'insufficient_scope')
  async verify(@Req() request: Request, @Res() response: Response): Promise<void> {
    const demands = readDemands(request.query);
    const principal = await this.forwardAuth.find(request, response);
    if (!principal) {
      const address = demands.redirect ? signInAddress(request, this.config.publicUrl) : undefined;
      if (address === undefined) throw AuthErrors.missingToken();
      return response.redirect(303, address);
    }
    this.forwardAuth.assertAllowed(principal, demands);
    response.status(200).set(identityHeaders(principal)).end();
  }
}
