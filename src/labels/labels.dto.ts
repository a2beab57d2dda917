import { ApiProperty } from '@nestjs/swagger';
import { Text } from '../common/validation.js';
import type { LabelRow } from './label-row.js';

const key = { description: '3 to 255 of `a-z`, `0-9`, `_` and `-`', example: 'referrer' };
const value = { description: '3 to 255 of `A-Z`, `a-z`, `0-9`, `_` and `-`', example: 'Newsletter-12' };

/** The domain has sentences of its own for odd characters and lengths. */
export class CreateLabelRequest {
  @Text({ ...key, anyCharacters: true }) key!: string;
  @Text({ ...value, anyCharacters: true }) value!: string;
}

export class ChangeLabelRequest {
  @Text({ ...value, anyCharacters: true }) value!: string;
}

export class LabelResponse {
  @ApiProperty(key) key!: string;
  @ApiProperty(value) value!: string;
  @ApiProperty({ enum: ['public', 'private'], description: 'Private ones are written by staff only' }) scope!: string;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;

  static from(label: LabelRow): LabelResponse {
    return {
      key: label.key,
      value: label.value,
      scope: label.scope,
      created_at: label.created_at.toISOString(),
      updated_at: label.updated_at.toISOString(),
    };
  }
}
