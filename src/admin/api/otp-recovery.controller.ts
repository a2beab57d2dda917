import { Body, Controller, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiRefusal, ApiSuccess } from '../../common/api-docs.js';
import { CurrentPrincipal, type Principal } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { Text } from '../../common/validation.js';
import { OtpRecoveryService } from '../../security/otp-recovery.service.js';
import { FreshAdminOnly, ApiUid } from './staff.js';

class AdminRequestOtpRecoveryRequest {
  @Text({ description: 'Why; no personal data, it stays in the audit log', example: 'Seen in person', max: 500 })
  reason!: string;
}

/** A lost device: one admin asks, another agrees. */
@ApiTags('Admin: accounts')
@Controller('api/v1/admin/accounts/:uid/otp_recovery')
export class AdminOtpRecoveryController {
  constructor(private readonly recoveries: OtpRecoveryService) {}

  @Post()
  @FreshAdminOnly()
  @ApiUid()
  @ApiOperation({ summary: 'Ask that the second factor of an account be removed; its owner is told' })
  @ApiSuccess(201, 'Another admin may agree within 24 hours')
  @ApiRefusal(400, 'The reason is missing or blank', 'reason is missing')
  @ApiRefusal(422, 'There is nothing to remove', 'The account has not enabled 2FA')
  async request(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Body() { reason }: AdminRequestOtpRecoveryRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<null> {
    await this.recoveries.request(principal, uid, reason, origin);
    return null;
  }

  @Put()
  @HttpCode(200)
  @FreshAdminOnly()
  @ApiUid()
  @ApiOperation({ summary: 'Agree to what another admin asked; every session of the account ends' })
  @ApiSuccess(200, 'The second factor is gone')
  @ApiRefusal(403, 'Not allowed', 'insufficient_scope', 'Another admin has to approve what you requested')
  @ApiRefusal(404, 'There is no such account or request', 'Account not found', 'There is no such request')
  @ApiRefusal(422, 'There is nothing to remove any more', 'The account has not enabled 2FA')
  async approve(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Origin() origin: RequestOrigin,
  ): Promise<null> {
    await this.recoveries.approve(principal, uid, origin);
    return null;
  }
}
