import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiRefusal, ApiSuccess } from '../common/api-docs.js';
import { CurrentPrincipal, type Principal, Requires } from '../common/principal.js';
import { Origin, type RequestOrigin } from '../common/request-origin.js';
import { Idempotent } from '../infra/idempotency/idempotent.js';
import { ChangeLabelRequest, CreateLabelRequest, LabelResponse } from './labels.dto.js';
import { OwnLabelsService } from './own-labels.service.js';

const ApiUnknownLabel = () => ApiRefusal(404, 'The account has no such label', `Couldn't find Label`);

@ApiTags('Labels')
@Controller('api/v1/labels')
export class LabelsController {
  constructor(private readonly labels: OwnLabelsService) {}

  @Get()
  @Requires({ scope: 'labels:read' })
  @ApiOperation({
    summary: 'Labels of the account',
    description: 'OAuth tokens see public labels only, unless their application is first-party.',
  })
  @ApiSuccess(200, 'By key', [LabelResponse])
  async list(@CurrentPrincipal() principal: Principal): Promise<LabelResponse[]> {
    const labels = await this.labels.list(principal);
    return labels.map((label) => LabelResponse.from(label));
  }

  @Get(':key')
  @Requires({ scope: 'labels:read' })
  @ApiOperation({ summary: 'One label' })
  @ApiSuccess(200, 'The label', LabelResponse)
  @ApiUnknownLabel()
  async get(@CurrentPrincipal() principal: Principal, @Param('key') key: string): Promise<LabelResponse> {
    return LabelResponse.from(await this.labels.get(principal, key));
  }

  @Post()
  @Idempotent()
  @Requires({ scope: 'labels:write' })
  @ApiOperation({ summary: 'Add a public label', description: 'An account can have 100 of them.' })
  @ApiSuccess(201, 'The label', LabelResponse)
  @ApiRefusal(400, 'A parameter is missing or blank', 'key is missing, value is missing')
  @ApiRefusal(
    422,
    'What is wrong, by field',
    { key: ['Key has already been taken'] },
    { key: ['Key is invalid', 'Key is too short (minimum is 3 characters)'], value: ['Value is invalid'] },
    { base: ['An account can have 100 labels at most'] },
  )
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body() { key, value }: CreateLabelRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<LabelResponse> {
    return LabelResponse.from(await this.labels.create(principal, { key, value }, origin));
  }

  @Patch(':key')
  @Requires({ scope: 'labels:write' })
  @ApiOperation({ summary: 'Give a public label another value' })
  @ApiSuccess(200, 'The label', LabelResponse)
  @ApiRefusal(400, 'The value is missing or blank, or the label is private', 'value is missing', `Can't update Label.`)
  @ApiUnknownLabel()
  @ApiRefusal(422, 'The value is invalid; the label stays as it was', { value: ['Value is invalid'] })
  async change(
    @CurrentPrincipal() principal: Principal,
    @Param('key') key: string,
    @Body() { value }: ChangeLabelRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<LabelResponse> {
    return LabelResponse.from(await this.labels.change(principal, key, value, origin));
  }

  @Delete(':key')
  @HttpCode(204)
  @Requires({ scope: 'labels:write' })
  @ApiOperation({ summary: 'Remove a public label' })
  @ApiSuccess(204, 'It is gone')
  @ApiRefusal(400, 'The label is private', `Can't update Label.`)
  @ApiUnknownLabel()
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param('key') key: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.labels.remove(principal, key, origin);
  }
}
