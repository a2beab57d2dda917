import { inSpan, isTracing } from './spans.js';

/** How a call ended: with a status, or with a word for why there was none. */
export interface CallEnd {
  status?: number | undefined;
  trouble?: string | undefined;
}

/**
 * A request to another server. Of its address the host alone is told, since paths and queries carry keys and numbers;
 * and no traceparent goes along: those servers are not ours, and what they know of our traces they could sell or forge.
 */
export async function inCallSpan<T>(
  method: string,
  url: string,
  work: () => Promise<T>,
  endOf: (result: T) => CallEnd,
): Promise<T> {
  if (!isTracing()) return work();
  const { hostname } = new URL(url);
  return inSpan(
    [method, 'client', { 'http.request.method': method, 'server.address': hostname }],
    work,
    (result: T) => {
      const { status, trouble } = endOf(result);
      const isBad = status !== undefined && status >= 400;
      return {
        trouble: trouble ?? (isBad ? String(status) : undefined),
        ...(status !== undefined && { attributes: { 'http.response.status_code': status } }),
      };
    },
  );
}
