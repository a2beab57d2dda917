import { Injectable } from '@nestjs/common';
import { RequestErrors } from '../common/request-errors.js';

const MOST_BYTES = 128 * 1024 * 1024;

/** Uploads are held in memory until they are stored; this is how much of it all requests together may fill. */
@Injectable()
export class UploadMemory {
  private reserved = 0;

  /** @returns gives the bytes back, once however often it is called. @throws AppError 503 when too much is in use */
  reserve(bytes: number): () => void {
    if (this.reserved + bytes > MOST_BYTES) throw RequestErrors.busy();
    this.reserved += bytes;
    let held = bytes;
    return () => {
      this.reserved -= held;
      held = 0;
    };
  }
}
