import type { Response } from 'express';
import type { OpenedFile } from '../documents/document-files.service.js';

/**
 * Sends the picture of a document. A browser may save it, or draw it where one of our pages says so, and do nothing else
 * with it, whoever made it and whatever is in it (CONTROLS C-65).
 */
export function sendDocument(response: Response, { bytes, contentType, filename }: OpenedFile): void {
  response
    .set({
      'Content-Type': contentType,
      'Content-Length': String(bytes.length),
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(filename)}`,
      'Content-Security-Policy': 'sandbox',
      'Cache-Control': 'no-store',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    })
    .end(bytes);
}
