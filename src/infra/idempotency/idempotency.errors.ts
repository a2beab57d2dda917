import { AppError } from '../../common/app-error.js';

export const IdempotencyErrors = {
  invalidKey: () => new AppError(400, 'idempotency_key.invalid', 'Idempotency-Key is invalid'),
  reused: () => new AppError(422, 'idempotency_key.reused', 'Idempotency-Key was used for another request'),
};
