import { ApiProperty } from '@nestjs/swagger';
import { OptionalText, Text } from '../../common/validation.js';
import type { LabelRow, LabelScope } from '../../labels/label-row.js';

const SCOPES = ['public', 'private'] as const;
const key = { description: '3 to 255 of `a-z`, `0-9`, `_` and `-`', example: 'risk' };
const value = { description: '3 to 255 of `A-Z`, `a-z`, `0-9`, `_` and `-`', example: 'high' };
const scope = { description: '`public` (by default) or `private`: written by staff, hidden from third parties' };

export class AdminCreateLabelRequest {
  @Text({ ...key, anyCharacters: true }) key!: string;
  @Text({ ...value, anyCharacters: true }) value!: string;
  @OptionalText(scope) scope?: string;
}

export class AdminChangeLabelRequest {
  @OptionalText({ ...value, anyCharacters: true }) value?: string;
  @OptionalText(scope) scope?: string;
}

export class AdminLabelResponse {
  @ApiProperty(key) key!: string;
  @ApiProperty(value) value!: string;
  @ApiProperty({ enum: SCOPES }) scope!: LabelScope;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;

  static from(label: LabelRow): AdminLabelResponse {
    return {
      key: label.key,
      value: label.value,
      scope: label.scope,
      created_at: label.created_at.toISOString(),
      updated_at: label.updated_at.toISOString(),
    };
  }
}
