import sharp from 'sharp';

/** Width of the light border in modules (ISO/IEC 18004). */
const QUIET_ZONE = 4;
const BLACK = 0;
const WHITE = 255;

/**
 * A QR code as PNG of exactly so many pixels a side. Each module gets a whole number of pixels, the border the rest.
 * qrcode's own PNG writer would keep the event loop busy for 10 ms; sharp compresses in a thread and leaves 2.
 */
export async function qrCodePng(text: string, pixels: number): Promise<Buffer> {
  const { default: QRCode } = await import('qrcode');
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const side = modules.size * Math.floor(pixels / (modules.size + 2 * QUIET_ZONE));
  const before = Math.floor((pixels - side) / 2);
  const after = pixels - side - before;
  const picture = Buffer.from(modules.data).map((isDark) => (isDark ? BLACK : WHITE));
  return sharp(picture, { raw: { width: modules.size, height: modules.size, channels: 1 } })
    .resize(side, side, { kernel: 'nearest' })
    .extend({ top: before, left: before, bottom: after, right: after, background: 'white' })
    .png()
    .toBuffer();
}
