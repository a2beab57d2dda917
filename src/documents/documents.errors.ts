import { AppError } from '../common/app-error.js';
import { MAX_DOCUMENTS, MAX_TOTAL_MIB } from './document-limits.js';

export const DocumentErrors = {
  /** Sentences about the parameters, in their order. */
  invalid: (sentences: string[]) => new AppError(400, 'document.invalid', sentences.join(', ')),
  /** What the name, the declared type and the bytes of an upload do not agree to be. */
  notAnImage: () => new AppError(422, 'document.not_an_image', 'Upload is not a JPEG or PNG image'),
  tooManyPixels: () =>
    new AppError(422, 'document.too_many_pixels', 'Upload has too many pixels (maximum is 40 megapixels)'),
  limitReached: () =>
    new AppError(
      422,
      'document.limit_reached',
      `Document limit is reached (maximum is ${MAX_DOCUMENTS} documents and ${MAX_TOTAL_MIB} MiB)`,
    ),
  notFound: () => new AppError(404, 'document.not_found', 'Document not found'),
  reviewersOnly: () => new AppError(403, 'document.reviewers_only', 'Only staff may do this'),
  ownDocument: () => new AppError(403, 'document.own', 'Nobody reviews their own documents'),
  notScanned: () => new AppError(409, 'document.not_scanned', 'The document has not been scanned for malware yet'),
  infected: () => new AppError(409, 'document.infected', 'The document is infected and cannot be opened'),
};
