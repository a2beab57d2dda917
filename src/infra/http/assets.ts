import path from 'node:path';
import { createRequire } from 'node:module';
import type { NestExpressApplication } from '@nestjs/platform-express';

/** Style sheets and icons may be kept; a release changes their names or comes within an hour. */
const MAX_AGE_MS = 3_600_000;

/** Serves `public/` and Pico CSS under /assets. */
export function serveAssets(app: NestExpressApplication): void {
  const pico = path.dirname(createRequire(import.meta.url).resolve('@picocss/pico/css/pico.min.css'));
  const options = { prefix: '/assets/', maxAge: MAX_AGE_MS, index: false, fallthrough: true };
  app.useStaticAssets(path.resolve('public'), options);
  app.useStaticAssets(pico, { ...options, prefix: '/assets/pico/' });
}
