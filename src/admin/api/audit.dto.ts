import { ApiProperty } from '@nestjs/swagger';
import type { AuditEntry } from '../../audit/audit-entry.entity.js';
import { PageQuery } from '../../common/pagination.js';
import { OptionalMoment } from '../../common/parameter-kinds.js';
import { OptionalText } from '../../common/validation.js';

export class AdminAuditQuery extends PageQuery {
  @OptionalText({ description: 'Uid of who did it', example: 'ID0123456789', max: 64 }) actor?: string;
  @OptionalText({ description: 'Uid of what it was done to', example: 'ID0123456789', max: 64 }) target?: string;
  @OptionalText({ description: 'Beginning of the action', example: 'account.', max: 64 }) action?: string;
  @OptionalMoment({ description: 'From then on: a day or a moment with its zone', example: '2026-11-01' }) from?: Date;
  @OptionalMoment({ description: 'Before then', example: '2026-11-30T12:00:00Z' }) to?: Date;
}

export class AdminAuditEntryResponse {
  @ApiProperty({ example: '1' }) id!: string;
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Uid; null when nobody was signed in, `system` or `registration` when no person did it',
  })
  actor!: string | null;
  @ApiProperty({ example: 'account.state_changed' }) action!: string;
  @ApiProperty({ type: String, nullable: true, example: 'ID0123456789' }) target!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' }) ip!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Recognises a user agent without telling it' })
  user_agent_hash!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'uuid' }) request_id!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true, example: { before: 'active', after: 'banned' } })
  details!: Record<string, unknown>;

  static from(entry: AuditEntry): AdminAuditEntryResponse {
    return {
      id: entry.id,
      at: entry.at.toISOString(),
      actor: entry.actorUid,
      action: entry.action,
      target: entry.target,
      ip: entry.ip,
      user_agent_hash: entry.userAgentHash?.toString('hex') ?? null,
      request_id: entry.requestId,
      details: entry.details,
    };
  }
}
