import { Body, Controller, Get, HttpCode, Param, Put, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiRefusal, ApiSuccess } from '../../common/api-docs.js';
import { setPageHeaders } from '../../common/pagination.js';
import { CurrentPrincipal, type Principal } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { ProfileReviewService } from '../../profiles/profile-review.service.js';
import { IdentityRecordsService } from '../identity-records.service.js';
import { AdminDecideProfileRequest, AdminProfileResponse, AdminProfilesQuery } from './profiles.dto.js';
import { ApiList, ApiUid, StaffOnly } from './staff.js';

@ApiTags('Admin: profiles')
@Controller('api/v1/admin')
export class AdminProfilesController {
  constructor(
    private readonly records: IdentityRecordsService,
    private readonly reviews: ProfileReviewService,
  ) {}

  @Get('profiles')
  @StaffOnly()
  @ApiOperation({ summary: 'Profiles in a state, by default those that wait; that they were looked at is recorded' })
  @ApiList('Who has waited longest comes first', AdminProfileResponse)
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: AdminProfilesQuery,
    @Origin() origin: RequestOrigin,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AdminProfileResponse[]> {
    const page = await this.records.listProfiles(principal, query.state ?? 'pending', query, origin);
    setPageHeaders(response, page);
    return page.rows.map((profile) => AdminProfileResponse.from(profile));
  }

  @Get('accounts/:uid/profile')
  @StaffOnly()
  @ApiUid()
  @ApiOperation({ summary: 'Who the owner of an account is; that it was looked at is recorded' })
  @ApiSuccess(200, 'The profile', AdminProfileResponse)
  @ApiRefusal(404, 'There is no such account, or it has no profile', 'Account not found', 'Profile not found')
  async show(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Origin() origin: RequestOrigin,
  ): Promise<AdminProfileResponse> {
    return AdminProfileResponse.from(await this.records.profileOf(principal, uid, origin));
  }

  @Put('accounts/:uid/profile/state')
  @HttpCode(200)
  @StaffOnly()
  @ApiUid()
  @ApiOperation({ summary: 'Approve or reject a profile; moves the level and writes to the person' })
  @ApiSuccess(200, 'It is so')
  @ApiRefusal(400, 'The state is missing or none', 'state is missing', 'state is invalid')
  @ApiRefusal(403, 'Not allowed', 'insufficient_scope', 'You cannot review your own profile')
  @ApiRefusal(404, 'There is no such account, or it has no profile', 'Profile not found')
  @ApiRefusal(409, 'It is no longer what was looked at', 'The profile has changed meanwhile, please look at it again')
  @ApiRefusal(422, 'It can not become that', 'The profile is approved and cannot become that', `Reason can't be blank`)
  async decide(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Body() { state, reason, seen }: AdminDecideProfileRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<null> {
    await this.reviews.decide(principal, uid, { state, reason, seen }, origin);
    return null;
  }
}
