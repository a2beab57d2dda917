import { BrokerError } from './broker-errors.js';

/** @throws BrokerError when it takes longer; it goes on none the less, and what becomes of it nobody hears */
export async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BrokerError('NOT_CONFIRMED')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
