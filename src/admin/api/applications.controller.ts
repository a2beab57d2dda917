import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApplicationSecretsService, DEFAULT_OVERLAP_SECONDS } from '../../applications/application-secrets.service.js';
import { ApplicationsService } from '../../applications/applications.service.js';
import { ApiRefusal, ApiSuccess } from '../../common/api-docs.js';
import { PageQuery, setPageHeaders } from '../../common/pagination.js';
import { CurrentPrincipal, type Principal } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import {
  AdminApplicationResponse,
  AdminChangeApplicationRequest,
  AdminCreateApplicationRequest,
  AdminCreatedApplicationResponse,
  AdminRotatedSecretResponse,
  AdminRotateSecretRequest,
  toSettings,
} from './applications.dto.js';
import { AdminOnly, FreshAdminOnly, ApiList } from './staff.js';

const unknown = () => ApiRefusal(404, 'There is no such application', 'Application not found');
const notAllowed = () =>
  ApiRefusal(422, 'What is not allowed, by field', {
    redirect_uris: ['http://a.example must be https, or http to localhost'],
  });

/** OAuth clients. */
@ApiTags('Admin: applications')
@Controller('api/v1/admin/applications')
export class AdminApplicationsController {
  constructor(
    private readonly applications: ApplicationsService,
    private readonly secrets: ApplicationSecretsService,
  ) {}

  @Get()
  @AdminOnly()
  @ApiOperation({ summary: 'Applications' })
  @ApiList('Newest first', AdminApplicationResponse)
  async list(
    @Query() query: PageQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AdminApplicationResponse[]> {
    const page = await this.applications.listPage(query);
    setPageHeaders(response, page);
    return page.rows.map((application) => AdminApplicationResponse.from(application));
  }

  @Post()
  @FreshAdminOnly()
  @ApiOperation({ summary: 'Register an application' })
  @ApiSuccess(201, 'The application, with its secret this once', AdminCreatedApplicationResponse)
  @ApiRefusal(400, 'A parameter is missing or can not be read', 'name is missing', 'first_party is invalid')
  @notAllowed()
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body() body: AdminCreateApplicationRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<AdminCreatedApplicationResponse> {
    const input = { ...toSettings(body), name: body.name, ...(body.kind !== undefined && { kind: body.kind }) };
    const { application, secret } = await this.applications.create(input, principal.account.uid, origin);
    return { ...AdminApplicationResponse.from(application), ...(secret !== undefined && { secret }) };
  }

  @Get(':uid')
  @AdminOnly()
  @ApiOperation({ summary: 'One application' })
  @ApiSuccess(200, 'The application', AdminApplicationResponse)
  @unknown()
  async show(@Param('uid') uid: string): Promise<AdminApplicationResponse> {
    return AdminApplicationResponse.from(await this.applications.getByUid(uid));
  }

  @Patch(':uid')
  @FreshAdminOnly()
  @ApiOperation({
    summary: 'Change what is given',
    description: 'Without `first_party`, its sessions end at once. The kind of an application stays what it is.',
  })
  @ApiSuccess(200, 'The application as it is now', AdminApplicationResponse)
  @ApiRefusal(400, 'A parameter can not be read', 'first_party is invalid')
  @unknown()
  @notAllowed()
  async change(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Body() body: AdminChangeApplicationRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<AdminApplicationResponse> {
    const changed = await this.applications.change(uid, toSettings(body), principal.account.uid, origin);
    return AdminApplicationResponse.from(changed);
  }

  @Delete(':uid')
  @HttpCode(204)
  @FreshAdminOnly()
  @ApiOperation({ summary: 'Delete an application; its sessions and tokens are dead at once' })
  @ApiSuccess(204, 'It is gone')
  @unknown()
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.applications.remove(uid, principal.account.uid, origin);
  }

  @Post(':uid/rotate_secret')
  @FreshAdminOnly()
  @ApiOperation({ summary: 'Make a new secret; the present one counts for a while longer' })
  @ApiSuccess(201, 'The new secret, this once', AdminRotatedSecretResponse)
  @ApiRefusal(400, 'The overlap can not be read or is too long', 'overlap is invalid')
  @unknown()
  @ApiRefusal(422, 'It has none', 'A public application has no secret')
  async rotateSecret(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Body() body: AdminRotateSecretRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<AdminRotatedSecretResponse> {
    const overlap = body.overlap ?? DEFAULT_OVERLAP_SECONDS;
    return AdminRotatedSecretResponse.from(uid, await this.secrets.rotate(uid, overlap, principal.account.uid, origin));
  }
}
