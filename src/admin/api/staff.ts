import { applyDecorators, type Type, UseInterceptors } from '@nestjs/common';
import { ApiParam, ApiResponse } from '@nestjs/swagger';
import { ApiRefusal } from '../../common/api-docs.js';
import { Requires } from '../../common/principal.js';
import { RecentSignIn } from './recent-sign-in.interceptor.js';

const SECOND_FACTOR = 'Please sign in with your second factor';

/** Admins, with a session of their own; in production one with a second factor that is at most 12 hours old. */
export const AdminOnly = () =>
  applyDecorators(
    Requires({ role: ['admin'] }),
    ApiRefusal(403, 'The caller is no admin, or gave no second factor', 'insufficient_scope', SECOND_FACTOR),
  );

/** Admins who signed in within 15 minutes, or send `password` (and `otp_code`) along. */
export const FreshAdminOnly = () =>
  applyDecorators(
    AdminOnly(),
    UseInterceptors(RecentSignIn),
    ApiRefusal(
      403,
      'The caller is no admin, gave no second factor, or signed in more than 15 minutes ago and sent no `password` (and `otp_code`) along',
      'insufficient_scope',
      SECOND_FACTOR,
      'Please sign in again or send your password and OTP code',
    ),
  );

/** Admins and compliance, on the same terms. */
export const StaffOnly = () =>
  applyDecorators(
    Requires({ role: ['admin', 'compliance'] }),
    ApiRefusal(403, 'The caller is no staff, or gave no second factor', 'insufficient_scope', SECOND_FACTOR),
  );

/** The account that a path names. */
export const ApiUid = () =>
  applyDecorators(
    ApiParam({ name: 'uid', description: 'Uid of the account', example: 'ID0123456789' }),
    ApiRefusal(404, 'There is no such account', 'Account not found'),
  );

const header = (description: string, schema: object) => ({ description, schema });
const PAGE_HEADERS = {
  Total: header('Number of all rows that match', { type: 'integer' }),
  'Total-Approximate': header('`true` where a very long list was not counted to the row', { type: 'string' }),
  Page: header('From 1', { type: 'integer' }),
  'Per-Page': header('Rows of a full page', { type: 'integer' }),
};

/** Documents one page of a list and the headers that tell where it stands. */
export const ApiList = (description: string, row: Type) =>
  applyDecorators(
    ApiResponse({ status: 200, description, type: [row], headers: PAGE_HEADERS }),
    ApiRefusal(400, 'A parameter can not be read', 'page is invalid, limit is invalid'),
  );
