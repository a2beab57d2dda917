import { describe, expect, it } from '@jest/globals';
import { csvRecord } from './csv.js';

describe('csvRecord', () => {
  it('quotes every cell and ends with CR LF', () => {
    expect(csvRecord(['a', 'b "c", d', null, 'two\nlines'])).toBe('"a","b ""c"", d","","two\nlines"\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '  =1+1'])('makes %j text', (cell) => {
    expect(csvRecord([cell])).toBe(`"'${cell}"\r\n`);
  });

  it.each(['a=1', '1-1', "'=1", 'x@y'])('leaves %j as it is', (cell) => {
    expect(csvRecord([cell])).toBe(`"${cell}"\r\n`);
  });
});
