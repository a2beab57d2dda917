const MIB = 1024 * 1024;

/** Of one uploaded file. */
export const MAX_FILE_BYTES = 10 * MIB;
/** Width times height; 40 megapixels. */
export const MAX_PIXELS = 40_000_000;
/** Of one JPEG; cameras and programs write up to a dozen or so. Each goes over all pixels, and nothing interrupts a decoder. */
export const MAX_SCANS = 100;

/** Of one account, all its documents together. */
export const MAX_DOCUMENTS = 10;
export const MAX_TOTAL_MIB = 50;
export const MAX_TOTAL_BYTES = MAX_TOTAL_MIB * MIB;

/** In characters. */
export const MAX_NUMBER_LENGTH = 128;
