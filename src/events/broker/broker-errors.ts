/** Why a message was not taken. The code is what the queue keeps of it; see JobFailure. */
export class BrokerError extends Error {
  constructor(readonly code: 'BROKER_AWAY' | 'BROKER_BLOCKED' | 'NOT_CONFIRMED') {
    super(code);
    this.name = 'BrokerError';
  }
}
