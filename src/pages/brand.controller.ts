import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request } from 'express';
import { Public } from '../common/principal.js';
import { Brands } from '../websites/brands.service.js';
import { type Accents, paletteOf } from '../websites/palette.js';

/** The colours of a website as a style sheet. There is no way to put anything but colours into it (CONTROLS C-77). */
@ApiExcludeController()
@Controller('brand.css')
export class BrandController {
  constructor(private readonly brands: Brands) {}

  /** Its address changes with the website (`?v=`), so that it may be kept. */
  @Get()
  @Public()
  @Header('Content-Type', 'text/css; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=3600')
  sheet(@Req() request: Request): string {
    const website = this.brands.find(request.host ?? '');
    if (!website) return '';
    const { primaryColor, backgroundColor } = website;
    return [
      primaryColor === null ? '' : accentRules(primaryColor),
      // One ground for light pages; in the dark the page keeps its own.
      backgroundColor === null
        ? ''
        : `@media (prefers-color-scheme:light){:root:not([data-theme]){--pico-background-color:${backgroundColor}}}`,
    ].join('\n');
  }
}

function accentRules(primaryColor: string): string {
  const { light, dark } = paletteOf(primaryColor);
  return `:root{${declarations(light)}}\n@media (prefers-color-scheme:dark){:root{${declarations(dark)}}}`;
}

const declarations = ({ accent, accentStrong, onAccent }: Accents): string =>
  `--accent:${accent};--accent-strong:${accentStrong};--on-accent:${onAccent}`;
