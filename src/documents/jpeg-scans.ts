const [SOI, EOI, SOS, TEM] = [0xd8, 0xd9, 0xda, 0x01];
/** RST0 to RST7. */
const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;

/**
 * How many scans the decoder of a JPEG will go through: it finds markers the same way, skips segments by their length and
 * stops at the end of the picture, so that what cameras put behind it does not count.
 */
export function jpegScans(bytes: Buffer): number {
  let scans = 0;
  let at = 0;
  while (at + 1 < bytes.length) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker === 0xff) {
      at += 1;
      continue;
    }
    at += 2;
    if (marker === EOI) break;
    if (marker === 0 || marker === SOI || marker === TEM || isRestart(marker)) continue;
    if (marker === SOS) scans += 1;
    at += at + 1 < bytes.length ? bytes.readUInt16BE(at) : 0;
  }
  return scans;
}
