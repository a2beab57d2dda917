import { Global, Module } from '@nestjs/common';
import { WebsitesModule } from '../websites/websites.module.js';
import { BrandController } from './brand.controller.js';
import { FormTokenMaker } from './form-tokens.service.js';
import { LanguageController } from './language.controller.js';
import { Pages } from './pages.service.js';

/** What all pages need to be answered: the frame, the brand, the language, the forms' tokens. */
@Global()
@Module({
  imports: [WebsitesModule],
  controllers: [BrandController, LanguageController],
  providers: [FormTokenMaker, Pages],
  exports: [FormTokenMaker, Pages],
})
export class PagesModule {}
