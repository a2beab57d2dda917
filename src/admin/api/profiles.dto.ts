import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '../../common/pagination.js';
import { Choice, OptionalChoice, OptionalMoment } from '../../common/parameter-kinds.js';
import { OptionalText } from '../../common/validation.js';
import { PROFILE_STATES, type ProfileState, type ReviewedProfile } from '../../profiles/profile-row.js';

export class AdminProfilesQuery extends PageQuery {
  @OptionalChoice(PROFILE_STATES, { description: 'pending by default' }) state?: ProfileState;
}

export class AdminDecideProfileRequest {
  @Choice(PROFILE_STATES, { description: 'approved or rejected; only its owner makes it pending again' })
  state!: ProfileState;
  @OptionalText({
    description: 'For the person; needed to reject',
    example: 'The picture can not be read',
    max: 65_536,
  })
  reason?: string;
  @OptionalMoment({ description: '`updated_at` of the profile that was looked at: the decision is for that one only' })
  seen?: Date;
}

export class AdminProfileResponse {
  @ApiProperty({ description: 'Of the account', example: 'ID0123456789' }) uid!: string;
  @ApiProperty({ example: 'alice@example.com' }) email!: string;
  @ApiProperty({ enum: [0, 1, 2, 3] }) level!: number;
  @ApiProperty({ example: 'Alice' }) first_name!: string;
  @ApiProperty({ example: 'Wonder' }) last_name!: string;
  @ApiProperty({ format: 'date', example: '1990-05-17' }) dob!: string;
  @ApiProperty({ example: '1 Main Street' }) address!: string;
  @ApiProperty({ example: '01001' }) postcode!: string;
  @ApiProperty({ example: 'Kyiv' }) city!: string;
  @ApiProperty({ description: 'As it was sent', example: 'Ukraine' }) country!: string;
  @ApiProperty({ type: String, nullable: true, description: 'ISO 3166-1, where recognised', example: 'UA' })
  country_code!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true }) metadata!: Record<string, unknown>;
  @ApiProperty({ enum: PROFILE_STATES }) state!: string;
  @ApiProperty({ type: String, nullable: true, description: 'Why it was rejected' }) reason!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Uid of who decided' }) reviewed_by!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) reviewed_at!: string | null;
  @ApiProperty({ format: 'date-time' }) submitted_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;

  static from(profile: ReviewedProfile): AdminProfileResponse {
    return {
      uid: profile.uid,
      email: profile.email,
      level: profile.level,
      first_name: profile.first_name,
      last_name: profile.last_name,
      dob: profile.dob,
      address: profile.address,
      postcode: profile.postcode,
      city: profile.city,
      country: profile.country,
      country_code: profile.country_code,
      metadata: profile.metadata,
      state: profile.state,
      reason: profile.reason,
      reviewed_by: profile.reviewed_by,
      reviewed_at: profile.reviewed_at?.toISOString() ?? null,
      submitted_at: profile.submitted_at.toISOString(),
      updated_at: profile.updated_at.toISOString(),
    };
  }
}
