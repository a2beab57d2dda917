import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiRefusal, ApiSuccess } from '../../common/api-docs.js';
import { CurrentPrincipal, type Principal } from '../../common/principal.js';
import { RequestErrors } from '../../common/request-errors.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { Idempotent } from '../../infra/idempotency/idempotent.js';
import { AccountLabelsService } from '../account-labels.service.js';
import { AdminChangeLabelRequest, AdminCreateLabelRequest, AdminLabelResponse } from './labels.dto.js';
import { AdminOnly, ApiUid } from './staff.js';

/** Labels of any scope, of any account. */
@ApiTags('Admin: labels')
@Controller('api/v1/admin/accounts/:uid/labels')
export class AdminLabelsController {
  constructor(private readonly labels: AccountLabelsService) {}

  @Get()
  @AdminOnly()
  @ApiUid()
  @ApiOperation({ summary: 'Labels of an account' })
  @ApiSuccess(200, 'By key', [AdminLabelResponse])
  async list(@Param('uid') uid: string): Promise<AdminLabelResponse[]> {
    return (await this.labels.list(uid)).map((label) => AdminLabelResponse.from(label));
  }

  @Post()
  @Idempotent()
  @AdminOnly()
  @ApiUid()
  @ApiOperation({ summary: 'Give an account a label' })
  @ApiSuccess(201, 'The label', AdminLabelResponse)
  @ApiRefusal(400, 'A parameter is missing', 'key is missing, value is missing')
  @ApiRefusal(422, 'What is wrong, by field', { key: ['Key has already been taken'] })
  async create(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Body() body: AdminCreateLabelRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<AdminLabelResponse> {
    const { key, value, scope } = body;
    return AdminLabelResponse.from(await this.labels.create(principal, uid, { key, value, scope }, origin));
  }

  @Patch(':key')
  @AdminOnly()
  @ApiUid()
  @ApiOperation({ summary: 'Give a label another value or scope' })
  @ApiSuccess(200, 'The label as it is now', AdminLabelResponse)
  @ApiRefusal(400, 'Nothing is asked for', 'value or scope is missing')
  @ApiRefusal(404, 'There is no such account or label', 'Account not found', `Couldn't find Label`)
  @ApiRefusal(422, 'What is not allowed, by field; nothing has changed', { value: ['Value is invalid'] })
  async change(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Param('key') key: string,
    @Body() body: AdminChangeLabelRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<AdminLabelResponse> {
    const { value, scope } = body;
    if (value === undefined && scope === undefined) {
      throw RequestErrors.invalidParameters(['value or scope is missing']);
    }
    return AdminLabelResponse.from(await this.labels.change(principal, uid, key, { value, scope }, origin));
  }

  @Delete(':key')
  @HttpCode(204)
  @AdminOnly()
  @ApiUid()
  @ApiOperation({ summary: 'Take a label away' })
  @ApiSuccess(204, 'It is gone')
  @ApiRefusal(404, 'There is no such account or label', 'Account not found', `Couldn't find Label`)
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Param('key') key: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.labels.remove(principal, uid, key, origin);
  }
}
