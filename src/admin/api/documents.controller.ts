import { Body, Controller, Get, HttpCode, Param, Put, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiRefusal, ApiSuccess } from '../../common/api-docs.js';
import { CurrentPrincipal, type Principal } from '../../common/principal.js';
import { Origin, type RequestOrigin } from '../../common/request-origin.js';
import { DocumentFilesService } from '../../documents/document-files.service.js';
import { DocumentReviewsService } from '../../documents/document-reviews.service.js';
import { sendDocument } from '../document-answer.js';
import { IdentityRecordsService } from '../identity-records.service.js';
import { AdminDecideDocumentRequest, AdminDocumentResponse } from './documents.dto.js';
import { ApiUid, StaffOnly } from './staff.js';

@ApiTags('Admin: documents')
@Controller('api/v1/admin')
export class AdminDocumentsController {
  constructor(
    private readonly records: IdentityRecordsService,
    private readonly files: DocumentFilesService,
    private readonly reviews: DocumentReviewsService,
  ) {}

  @Get('accounts/:uid/documents')
  @StaffOnly()
  @ApiUid()
  @ApiOperation({ summary: 'Documents that an account has handed in; that they were looked at is recorded' })
  @ApiSuccess(200, 'Newest first', [AdminDocumentResponse])
  async list(
    @CurrentPrincipal() principal: Principal,
    @Param('uid') uid: string,
    @Origin() origin: RequestOrigin,
  ): Promise<AdminDocumentResponse[]> {
    const documents = await this.records.documentsOf(principal, uid, origin);
    return documents.map((document) => AdminDocumentResponse.from(document));
  }

  @Get('documents/:id/file')
  @StaffOnly()
  @ApiOperation({ summary: 'The picture itself; every look at it is recorded' })
  @ApiProduces('image/jpeg', 'image/png')
  @ApiResponse({ status: 200, description: 'To be saved, never shown', schema: { type: 'string', format: 'binary' } })
  @ApiRefusal(404, 'There is no such document', 'Document not found')
  @ApiRefusal(409, 'It was not found clean', 'The document has not been scanned for malware yet')
  async file(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Origin() origin: RequestOrigin,
    @Res() response: Response,
  ): Promise<void> {
    const file = await this.files.open(principal, id, origin);
    sendDocument(response, file);
  }

  @Put('documents/:id/state')
  @HttpCode(200)
  @StaffOnly()
  @ApiOperation({ summary: 'Approve or reject a document; may be changed later' })
  @ApiSuccess(200, 'It is so')
  @ApiRefusal(400, 'There is no such decision', 'state is invalid')
  @ApiRefusal(403, 'Not allowed', 'insufficient_scope', 'Nobody reviews their own documents')
  @ApiRefusal(404, 'There is no such document', 'Document not found')
  @ApiRefusal(409, 'It was not found clean', 'The document has not been scanned for malware yet')
  async decide(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() { state }: AdminDecideDocumentRequest,
    @Origin() origin: RequestOrigin,
  ): Promise<null> {
    await this.reviews.decide(principal, id, state, origin);
    return null;
  }
}
