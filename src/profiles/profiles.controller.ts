import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiRefusal, ApiSuccess } from '../common/api-docs.js';
import { CurrentPrincipal, type Principal, Requires } from '../common/principal.js';
import { Origin, type RequestOrigin } from '../common/request-origin.js';
import { Idempotent } from '../infra/idempotency/idempotent.js';
import { ProfileResponse, SubmitProfileRequest } from './profiles.dto.js';
import { ProfilesService } from './profiles.service.js';

@ApiTags('Profiles')
@Controller('api/v1/profiles')
export class ProfilesController {
  constructor(private readonly profiles: ProfilesService) {}

  @Post()
  @Idempotent()
  @Requires({ scope: 'profile:write' })
  @ApiOperation({ summary: 'Submit the identity profile; once, and again after a rejection' })
  @ApiSuccess(201, 'It waits for review')
  @ApiRefusal(
    400,
    'A parameter is missing, blank or can not be read; too young, too old',
    'first_name is missing',
    'dob is invalid',
  )
  @ApiRefusal(422, 'A text is too long', ['First name is too long (maximum is 255 characters)'])
  @ApiRefusal(409, 'One waits or is approved already', 'Profile already exists')
  async submit(
    @CurrentPrincipal() principal: Principal,
    @Body() body: SubmitProfileRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<null> {
    await this.profiles.submit(principal, body, origin);
    return null;
  }

  @Get('me')
  @Requires({ scope: 'profile:read' })
  @ApiOperation({ summary: 'The profile of the caller, or `null`' })
  @ApiSuccess(200, 'The profile', ProfileResponse)
  async me(@CurrentPrincipal() principal: Principal): Promise<ProfileResponse | null> {
    const profile = await this.profiles.findOf(principal.account.id);
    return profile && ProfileResponse.from(profile);
  }
}
