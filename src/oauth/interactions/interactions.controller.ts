import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Public } from '../../common/principal.js';
import { FormPage } from '../../pages/page.decorator.js';
import { InteractionPages } from './interaction-pages.service.js';
import { InteractionService } from './interaction.service.js';

/** Where an authorization request leads a person: to the page of whatever is missing. */
@FormPage()
@Controller('interaction/:uid')
export class InteractionsController {
  constructor(
    private readonly interactions: InteractionService,
    private readonly pages: InteractionPages,
  ) {}

  @Get()
  @Public()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const interaction = await this.interactions.find(request, response);
    await this.pages.show({ request, response, interaction });
  }

  /** The person does not want to go on; the application hears `access_denied`. */
  @Post('abort')
  @Public()
  async abort(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.interactions.find(request, response);
    const error_description = 'the person declined';
    await this.interactions.finish(request, response, { error: 'access_denied', error_description });
  }
}
