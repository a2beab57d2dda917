import { Body, Controller, Get, Post, Query, Req, Res, UseInterceptors } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CurrentPrincipal, type Principal, RequiresPage } from '../../common/principal.js';
import { originOf } from '../../common/request-origin.js';
import { OptionalText } from '../../common/validation.js';
import { DocumentSubmissionService } from '../../documents/document-submission.service.js';
import type { Upload } from '../../documents/image-cleaner.service.js';
import { UploadInterceptor } from '../../documents/upload.interceptor.js';
import { ReadsUploads } from '../../infra/http/body.interceptor.js';
import { localPath } from '../../pages/local-path.js';
import { FormPage } from '../../pages/page.decorator.js';
import { ProfilesService } from '../../profiles/profiles.service.js';
import { DocumentForm, problemsOfDocument, problemsOfProfile, ProfileForm } from './identity-forms.js';
import { IdentityPages } from './identity-pages.service.js';
import { pathWith } from './path-with.js';
import { RefusedUploads } from './refused-uploads.interceptor.js';

const PATH = '/account/identity';

class IdentityQuery {
  @OptionalText({ max: 2048 }) return_to?: string;
  @OptionalText({ max: 16 }) done?: string;
}

/** Who the owner says they are, and the pictures that show it: the rules are those of the REST API. */
@FormPage()
@Controller('account/identity')
export class IdentityController {
  constructor(
    private readonly pages: IdentityPages,
    private readonly profiles: ProfilesService,
    private readonly submissions: DocumentSubmissionService,
  ) {}

  @Get()
  @RequiresPage()
  async show(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Query() { return_to: back, done }: IdentityQuery,
  ): Promise<void> {
    await this.pages.show({ request, response, principal, returnTo: localPath(back) }, done);
  }

  @Post('profile')
  @RequiresPage()
  async submitProfile(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Query() { return_to: back }: IdentityQuery,
    @Body() form: ProfileForm,
  ): Promise<void> {
    const visit = { request, response, principal, returnTo: localPath(back) };
    const problems = problemsOfProfile(form);
    if (Object.keys(problems).length > 0) return this.pages.showIncomplete(visit, { profile: form }, problems);
    try {
      await this.profiles.submit(principal, await this.submissionOf(principal, form), originOf(request));
    } catch (error) {
      return this.pages.showRefused(visit, { profile: form }, error);
    }
    response.redirect(303, pathWith(PATH, { done: 'profile', return_to: visit.returnTo }));
  }

  /** The token of the form stands in its address, since the body is read only after it was checked. */
  @Post('documents')
  @RequiresPage()
  @ReadsUploads()
  @UseInterceptors(RefusedUploads, UploadInterceptor)
  async submitDocument(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
    @Query() { return_to: back }: IdentityQuery,
    @Body() form: DocumentForm,
  ): Promise<void> {
    const visit = { request, response, principal, returnTo: localPath(back) };
    const problems = problemsOfDocument(form);
    if (Object.keys(problems).length > 0) return this.pages.showIncomplete(visit, { document: form }, problems);
    const { doc_type: docType = '', doc_number: docNumber = '', doc_expire: docExpire = '' } = form;
    try {
      const statement = { docType, docNumber, docExpire };
      await this.submissions.submit(principal, statement, uploadOf(request), originOf(request));
    } catch (error) {
      return this.pages.showRefused(visit, { document: form }, error);
    }
    response.redirect(303, pathWith(PATH, { done: 'document', return_to: visit.returnTo }));
  }

  /** Where somebody gets who opens the address of a refused form again, or chooses another language there. */
  @Get(['profile', 'documents'])
  @RequiresPage()
  backToForms(@Res() response: Response, @Query() { return_to: back }: IdentityQuery): void {
    response.redirect(303, pathWith(PATH, { return_to: localPath(back) }));
  }

  /** The form has nothing for what applications may have sent along; it stays when the profile is sent again. */
  private async submissionOf({ account }: Principal, form: ProfileForm) {
    const before = await this.profiles.findOf(account.id);
    const { first_name = '', last_name = '', dob = '', address = '', postcode = '', city = '', country = '' } = form;
    const texts = { first_name, last_name, dob, address, postcode, city, country };
    return { ...texts, ...(before && { metadata: before.metadata }) };
  }
}

function uploadOf({ file }: Request): Upload | undefined {
  return file && { filename: file.originalname, declaredType: file.mimetype, bytes: file.buffer };
}
