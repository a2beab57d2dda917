import { describe, expect, it } from '@jest/globals';
import { contrastOf, paletteOf } from './palette.js';

describe('paletteOf', () => {
  it.each(['#0b5cad', '#ffffff', '#000000', '#ffe600', '#ff0055', '#7f7f7f'])(
    'makes %s readable everywhere',
    (color) => {
      const { light, dark } = paletteOf(color);
      expect(contrastOf(light.accent, '#f5f6f8')).toBeGreaterThanOrEqual(4.5);
      expect(contrastOf(dark.accent, '#1a2029')).toBeGreaterThanOrEqual(4.5);
      for (const { accent, onAccent } of [light, dark])
        expect(contrastOf(accent, onAccent)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it('leaves a colour alone that is readable as it is', () => {
    expect(paletteOf('#0b5cad').light.accent).toBe('#0b5cad');
    expect(paletteOf('#8fc2ff').dark.accent).toBe('#8fc2ff');
  });
});
