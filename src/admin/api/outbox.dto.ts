import { ApiProperty } from '@nestjs/swagger';
import type { DeadLetter } from '../../infra/queue/dead-letters.service.js';

export class AdminDeadLetterResponse {
  @ApiProperty({ example: '42' }) id!: string;
  @ApiProperty({ example: 'notifications.deliver' }) task!: string;
  @ApiProperty({ example: 13 }) attempts!: number;
  @ApiProperty({ description: 'Class, code and status of the last error', example: 'Error EENVELOPE 550' })
  last_error!: string;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time', description: 'When it was last due' }) run_at!: string;

  static from(letter: DeadLetter): AdminDeadLetterResponse {
    return {
      id: letter.id,
      task: letter.task,
      attempts: letter.attempts,
      last_error: letter.lastError,
      created_at: letter.createdAt.toISOString(),
      run_at: letter.runAt.toISOString(),
    };
  }
}
