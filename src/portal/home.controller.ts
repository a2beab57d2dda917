import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../common/principal.js';
import { Config } from '../config/config.js';
import { renderPage } from '../ui/layout.js';
import { homePage } from './pages/home.page.js';

@ApiExcludeController()
@Controller()
export class HomeController {
  constructor(private readonly config: Config) {}

  @Get()
  @Public()
  @Header('Content-Type', 'text/html; charset=utf-8')
  home(): string {
    return renderPage(homePage(this.config.appName, !this.config.isProduction));
  }
}
