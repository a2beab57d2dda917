import { applyDecorators, UseFilters, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { SameOrigin } from '../auth/same-origin.guard.js';
import { FormTokens } from './form-tokens.interceptor.js';
import { PageErrors } from './page-errors.filter.js';

/** A controller of pages: forms from elsewhere are refused (CONTROLS C-48), refusals are pages, and it is no API. */
export const FormPage = () =>
  applyDecorators(ApiExcludeController(), UseGuards(SameOrigin), UseInterceptors(FormTokens), UseFilters(PageErrors));
