import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Callers } from '../auth/callers.service.js';
import { type AuthenticatedRequest, Public } from '../common/principal.js';
import { Config } from '../config/config.js';
import { FormPage } from '../pages/page.decorator.js';
import { Pages } from '../pages/pages.service.js';
import { HomePage } from './pages/home.page.js';

@FormPage()
@Controller()
export class HomeController {
  constructor(
    private readonly config: Config,
    private readonly pages: Pages,
    private readonly callers: Callers,
  ) {}

  /** Open to everyone, and another page for whoever is signed in. */
  @Get()
  @Public()
  async home(@Req() request: Request, @Res() response: Response): Promise<void> {
    (request as AuthenticatedRequest).principal = await this.callers.perhapsByCookie(request, response);
    this.pages.show(request, response, <HomePage isDevelopment={!this.config.isProduction} />);
  }
}
