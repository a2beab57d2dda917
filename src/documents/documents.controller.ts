import { Body, Controller, Get, Post, UploadedFile, UseInterceptors } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiRefusal, ApiSuccess } from '../common/api-docs.js';
import { CurrentPrincipal, type Principal, Requires } from '../common/principal.js';
import { Origin, type RequestOrigin } from '../common/request-origin.js';
import { Idempotent } from '../infra/idempotency/idempotent.js';
import { ReadsUploads } from '../infra/http/body.interceptor.js';
import { DocumentSubmissionService } from './document-submission.service.js';
import { DocumentResponse, UploadDocumentRequest } from './documents.dto.js';
import { DocumentsService } from './documents.service.js';
import type { Upload } from './image-cleaner.service.js';
import { UploadInterceptor } from './upload.interceptor.js';

@ApiTags('Documents')
@Controller('api/v1/documents')
export class DocumentsController {
  constructor(
    private readonly documents: DocumentsService,
    private readonly submissions: DocumentSubmissionService,
  ) {}

  @Post()
  @Idempotent()
  @Requires({ scope: 'documents:write' })
  @ReadsUploads()
  @UseInterceptors(UploadInterceptor)
  @ApiConsumes('multipart/form-data')
  @ApiOperation({
    summary: 'Hand in a picture of an identity document',
    description:
      'The picture is made anew, so that its metadata goes, and kept encrypted. 10 documents, 50 MiB in all.',
  })
  @ApiSuccess(201, 'The document is kept and waits for a reviewer')
  @ApiRefusal(
    400,
    'What is missing or wrong',
    'doc_type is missing, doc_number is missing, doc_expire is missing, upload is missing',
    'doc_expire is invalid',
    'Doc type is not included in the list',
    `Upload can't be blank`,
  )
  @ApiRefusal(413, 'The file has more than 10 MiB', 'The request body is too large')
  @ApiRefusal(415, 'The body is of another content type')
  @ApiRefusal(
    422,
    'The file is no picture that we take, or the account has too many documents',
    'Upload is not a JPEG or PNG image',
    'Upload has too many pixels (maximum is 40 megapixels)',
    'Document limit is reached (maximum is 10 documents and 50 MiB)',
  )
  @ApiRefusal(503, 'Too much to do, or the file store is away')
  @ApiRefusal(507, 'The file store is full')
  async submit(
    @CurrentPrincipal() principal: Principal,
    @Body() body: UploadDocumentRequest,
    @UploadedFile() file: Express.Multer.File | undefined,
    @Origin() origin: RequestOrigin,
  ): Promise<null> {
    const statement = { docType: body.doc_type, docNumber: body.doc_number, docExpire: body.doc_expire };
    await this.submissions.submit(principal, statement, file && uploadOf(file), origin);
    return null;
  }

  @Get()
  @Requires({ scope: 'documents:read' })
  @ApiOperation({ summary: 'Documents of the account; what is in the pictures is not told' })
  @ApiSuccess(200, 'Newest first', [DocumentResponse])
  async list(@CurrentPrincipal() principal: Principal): Promise<DocumentResponse[]> {
    const documents = await this.documents.listOf(principal.account.id);
    return documents.map((document) => DocumentResponse.from(document));
  }
}

function uploadOf({ originalname, mimetype, buffer }: Express.Multer.File): Upload {
  return { filename: originalname, declaredType: mimetype, bytes: buffer };
}
