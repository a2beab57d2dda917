import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { type AccountChange, AccountAdministrationService } from '../../accounts/account-administration.service.js';
import { ACCOUNT_STATES, ROLES } from '../../accounts/account-filter.js';
import { AccountSearchService } from '../../accounts/account-search.service.js';
import { AccountErrors } from '../../accounts/accounts.errors.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { ApiRefusal, ApiSuccess } from '../../common/api-docs.js';
import { setPageHeaders } from '../../common/pagination.js';
import { CurrentPrincipal, type Principal } from '../../common/principal.js';
import { RequestErrors } from '../../common/request-errors.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { AccountOverviewService } from '../account-overview.service.js';
import {
  AdminAccountDetailResponse,
  AdminAccountResponse,
  AdminAccountsQuery,
  AdminChangeAccountRequest,
} from './accounts.dto.js';
import { AdminOnly, FreshAdminOnly, ApiList, ApiUid, StaffOnly } from './staff.js';

@ApiTags('Admin: accounts')
@Controller('api/v1/admin/accounts')
export class AdminAccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly searches: AccountSearchService,
    private readonly overviews: AccountOverviewService,
    private readonly administration: AccountAdministrationService,
  ) {}

  @Get()
  @StaffOnly()
  @ApiOperation({ summary: 'Search accounts; everything that is given must hold' })
  @ApiList('Newest first', AdminAccountResponse)
  async list(
    @Query() query: AdminAccountsQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AdminAccountResponse[]> {
    const { q, state, role, level } = query;
    const page = await this.searches.find({ q, state, role, level }, query);
    setPageHeaders(response, page);
    return page.rows.map((account) => AdminAccountResponse.from(account));
  }

  @Get(':uid')
  @StaffOnly()
  @ApiUid()
  @ApiOperation({ summary: 'One account and what hangs on it' })
  @ApiSuccess(200, 'The account', AdminAccountDetailResponse)
  async show(@Param('uid') uid: string): Promise<AdminAccountDetailResponse> {
    const account = await this.accounts.getByUid(uid);
    return AdminAccountDetailResponse.of(account, await this.overviews.of(account.id));
  }

  @Patch(':uid')
  @FreshAdminOnly()
  @ApiUid()
  @ApiOperation({ summary: 'Change role, state or both; tokens of the account are dead at once' })
  @ApiSuccess(200, 'The account as it is now', AdminAccountResponse)
  @ApiRefusal(400, 'Nothing is asked for', 'role or state is missing')
  @ApiRefusal(
    422,
    'There is no such role or state, or it can not follow',
    ['Role is not included in the list'],
    ['The last active admin must stay'],
    ['Email is not confirmed yet'],
  )
  async change(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Body() body: AdminChangeAccountRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<AdminAccountResponse> {
    const change = changeOf(body);
    await this.administration.change(principal, uid, change, origin);
    return AdminAccountResponse.from(await this.accounts.getByUid(uid));
  }

  @Delete(':uid')
  @HttpCode(204)
  @FreshAdminOnly()
  @ApiUid()
  @ApiOperation({ summary: 'Delete an account for good; the audit log stays' })
  @ApiSuccess(204, 'It is gone, and its tokens are dead')
  @ApiRefusal(422, 'It is the last admin', ['The last active admin must stay'])
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.administration.remove(principal, uid, origin);
  }

  @Delete(':uid/sessions')
  @HttpCode(204)
  @AdminOnly()
  @ApiUid()
  @ApiOperation({ summary: 'Sign an account out everywhere' })
  @ApiSuccess(204, 'Its tokens are dead')
  async endSessions(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.administration.endSessions(principal, uid, origin);
  }
}

function changeOf({ role, state }: AdminChangeAccountRequest): AccountChange {
  if (role === undefined && state === undefined) throw RequestErrors.invalidParameters(['role or state is missing']);
  const known = { role: ROLES.find((each) => each === role), state: ACCOUNT_STATES.find((each) => each === state) };
  const problems = [
    ...(role !== undefined && !known.role ? ['Role is not included in the list'] : []),
    ...(state !== undefined && !known.state ? ['State is not included in the list'] : []),
  ];
  if (problems.length > 0) throw AccountErrors.invalid(problems);
  return known;
}
