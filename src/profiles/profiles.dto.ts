import { ApiProperty } from '@nestjs/swagger';
import { DateText, OptionalObject, Text } from '../common/validation.js';
import type { ProfileRow } from './profile-row.js';
import { METADATA_LIMITS } from './profile-rules.js';

/** No body is that long; the domain has sentences of its own for texts that are too long. */
const ANY_LENGTH = { max: 65_536 };

const first = { example: 'Alice' };
const last = { example: 'Wonder' };
const dob = { description: 'Day of birth, `yyyy-mm-dd`; 18 to 120 years ago', example: '1990-05-17' };
const address = { example: '1 Main Street' };
const postcode = { description: 'May be blank', example: '01001' };
const city = { example: 'Kyiv' };
const country = { description: 'Name or ISO 3166-1 code', example: 'UA' };

export class SubmitProfileRequest {
  @Text({ ...first, ...ANY_LENGTH }) first_name!: string;
  @Text({ ...last, ...ANY_LENGTH }) last_name!: string;
  @DateText(dob) dob!: string;
  @Text({ ...address, ...ANY_LENGTH }) address!: string;
  @Text({ ...postcode, ...ANY_LENGTH, blank: true }) postcode!: string | null;
  @Text({ ...city, ...ANY_LENGTH }) city!: string;
  @Text({ ...country, ...ANY_LENGTH }) country!: string;
  @OptionalObject({
    ...METADATA_LIMITS,
    description: 'Texts and numbers, at most 3 levels and 8 KiB; in forms `metadata[key]=value`',
    example: { occupation: 'engineer' },
  })
  metadata?: Record<string, unknown>;
}

export class ProfileResponse {
  @ApiProperty(first) first_name!: string;
  @ApiProperty(last) last_name!: string;
  @ApiProperty({ ...dob, format: 'date', description: '`yyyy-mm-dd`' }) dob!: string;
  @ApiProperty(address) address!: string;
  @ApiProperty({ example: postcode.example }) postcode!: string;
  @ApiProperty(city) city!: string;
  @ApiProperty({ description: 'As it was sent', example: country.example }) country!: string;
  @ApiProperty({ enum: ['pending', 'approved', 'rejected'] }) state!: string;
  @ApiProperty({ type: 'object', additionalProperties: true }) metadata!: Record<string, unknown>;
  @ApiProperty({ required: false, description: 'Why it was rejected; only then' }) rejection_reason?: string;

  static from(profile: ProfileRow): ProfileResponse {
    return {
      first_name: profile.first_name,
      last_name: profile.last_name,
      dob: profile.dob,
      address: profile.address,
      postcode: profile.postcode,
      city: profile.city,
      country: profile.country,
      state: profile.state,
      metadata: profile.metadata,
      ...(profile.state === 'rejected' && profile.reason !== null && { rejection_reason: profile.reason }),
    };
  }
}
