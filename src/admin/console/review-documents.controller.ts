import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Choice } from '../../common/parameter-kinds.js';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { DocumentFilesService } from '../../documents/document-files.service.js';
import { DocumentReviewsService } from '../../documents/document-reviews.service.js';
import { FormPage } from '../../pages/page.decorator.js';
import { sendDocument } from '../document-answer.js';

const DECISIONS = ['approved', 'rejected'] as const;

class DocumentDecisionForm {
  @Choice(DECISIONS) state!: (typeof DECISIONS)[number];
}

/** Documents on the pages of reviewers. */
@FormPage()
@Controller('admin')
export class ConsoleReviewDocumentsController {
  constructor(
    private readonly files: DocumentFilesService,
    private readonly reviews: DocumentReviewsService,
  ) {}

  /** The picture itself; every look at it is recorded. */
  @Get('documents/:id/file')
  @RequiresPage('admin', 'compliance')
  async file(
    @Res() response: Response,
    @Param('id') id: string,
    @CurrentPrincipal() principal: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    sendDocument(response, await this.files.open(principal, id, origin));
  }

  @Post('reviews/:uid/documents/:id')
  @RequiresPage('admin', 'compliance')
  async decide(
    @Res() response: Response,
    @Param() { uid, id }: Record<'uid' | 'id', string>,
    @Body() { state }: DocumentDecisionForm,
    @CurrentPrincipal() principal: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.reviews.decide(principal, id, state, origin);
    response.redirect(303, `/admin/reviews/${encodeURIComponent(uid)}?done=document_${state}#document-${id}`);
  }
}
